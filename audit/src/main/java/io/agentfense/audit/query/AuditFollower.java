package io.agentfense.audit.query;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.RecordParser;
import io.agentfense.audit.store.LineReader;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads a log as it grows, from one file to the next. Not thread-safe. */
public final class AuditFollower implements AutoCloseable {
    private static final int LOOK_MILLIS = 200;

    private final LogDirectory directory;
    private long after;
    private long first;
    private @Nullable InputStream stream;
    private @Nullable LineReader lines;

    private AuditFollower(LogDirectory directory, long after) {
        this.directory = directory;
        this.after = after;
    }

    /**
     * Follows the log of a directory.
     *
     * @param after the number of the last record that is not wanted any more, 0 to begin with the first that is there
     * @throws IOException if the directory can't be read
     */
    public static AuditFollower open(Path directory, long after) throws IOException {
        return new AuditFollower(LogDirectory.openToRead(directory), after);
    }

    /** Shows a visitor the records that are wanted as they come, until it wants no more or the thread is interrupted. */
    public void follow(AuditQuery query, RecordVisitor visitor) throws IOException, InterruptedException {
        while (catchUp(query, visitor)) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /**
     * Shows a visitor the records that are wanted and are there now.
     *
     * @return false if the visitor wanted no more; the next call goes on behind what it saw last
     */
    public boolean catchUp(AuditQuery query, RecordVisitor visitor) throws IOException {
        while (true) {
            boolean isLast = isLast();
            if (lines != null && !drain(lines, query, visitor)) {
                return false;
            }
            // What came before the next file was there is read now; so this file has no more.
            if (isLast || !toNext()) {
                return true;
            }
        }
    }

    private boolean isLast() throws IOException {
        List<LogFile> files = LogFile.among(directory.list());
        return !files.isEmpty() && files.getLast().first() == first;
    }

    private boolean drain(LineReader from, AuditQuery query, RecordVisitor visitor) throws IOException {
        for (byte[] line = next(from); line != null; line = next(from)) {
            AuditRecord record;
            try {
                record = RecordParser.parse(line);
            } catch (IOException e) {
                continue;
            }
            if (record.sequence() > after) {
                after = record.sequence();
                if (query.wants(record) && !visitor.visit(record, line)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Of a compressed file that is damaged, what can be had is had; the verifier says what is wrong with it. */
    private static byte @Nullable [] next(LineReader lines) throws IOException {
        try {
            return lines.next();
        } catch (ZipException | EOFException e) {
            return null;
        }
    }

    /** Opens the next file that may have what is wanted; false if there is none. */
    private boolean toNext() throws IOException {
        List<LogFile> files = LogFile.among(directory.list());
        for (int i = 0; i < files.size(); i++) {
            LogFile file = files.get(i);
            boolean before = i + 1 < files.size() && files.get(i + 1).first() <= after + 1;
            if (file.first() > first && !before) {
                InputStream next = file.stream(directory);
                if (next != null) {
                    closeStream();
                    first = file.first();
                    stream = next;
                    lines = new LineReader(next);
                    return true;
                }
            }
        }
        return false;
    }

    private void closeStream() throws IOException {
        if (stream != null) {
            stream.close();
        }
    }

    @Override
    public void close() throws IOException {
        closeStream();
        directory.close();
    }
}
