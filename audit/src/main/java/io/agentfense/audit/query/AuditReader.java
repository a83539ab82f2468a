package io.agentfense.audit.query;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.RecordParser;
import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.store.Checkpoints;
import io.agentfense.audit.store.Keys;
import io.agentfense.audit.store.LineReader;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a log, of compressed files too, one by one. It verifies nothing, and passes over lines that are no
 * records. Not thread-safe; make one for each use.
 */
public final class AuditReader implements AutoCloseable {
    private record Found(AuditRecord record, byte[] line) {}

    private final LogDirectory directory;
    private long skipped;

    private AuditReader(LogDirectory directory) {
        this.directory = directory;
    }

    /**
     * Opens the log of a directory.
     *
     * @throws IOException if the directory can't be read
     */
    public static AuditReader open(Path directory) throws IOException {
        return new AuditReader(LogDirectory.openToRead(directory));
    }

    /** Shows a visitor the records that are wanted, in the order in which they are. */
    public void read(AuditQuery query, RecordVisitor visitor) throws IOException {
        List<LogFile> files = new ArrayList<>();
        List<LogFile> all = LogFile.among(directory.list());
        for (int i = 0; i < all.size(); i++) {
            boolean before = i + 1 < all.size() && all.get(i + 1).first() <= query.after() + 1;
            if (!before && mayHave(all.get(i), query)) {
                files.add(all.get(i));
            }
        }
        int left = query.limit() == 0 ? Integer.MAX_VALUE : query.limit();
        for (LogFile file : query.newestFirst() ? files.reversed() : files) {
            left = query.newestFirst() ? readBack(file, query, left, visitor) : read(file, query, left, visitor);
            if (left == 0) {
                return;
            }
        }
    }

    /** The records that are wanted, in the order in which they are; a limit bounds what they take. */
    public List<AuditRecord> list(AuditQuery query) throws IOException {
        List<AuditRecord> records = new ArrayList<>();
        read(query, (record, line) -> records.add(record));
        return records;
    }

    /** How many lines were passed over because they are no records. */
    public long skipped() {
        return skipped;
    }

    /** Whether a file has records of the time that is asked for, as far as its checkpoint tells. */
    private boolean mayHave(LogFile file, AuditQuery query) throws IOException {
        if (query.from() == null && query.until() == null) {
            return true;
        }
        Checkpoint.Period period = period(file);
        return period == null
                || (query.from() == null || !period.last().isBefore(query.from()))
                        && (query.until() == null || period.first().isBefore(query.until()));
    }

    private Checkpoint.@Nullable Period period(LogFile file) throws IOException {
        try {
            VerifyingKey key = Keys.verifying(directory);
            Checkpoint end = key == null ? null : Checkpoints.read(directory, LogFile.checkpoint(file.first()), key);
            // One that a rotation left which did not come to its end is older than the file.
            return end == null || !file.compressed() ? null : end.period();
        } catch (NoteException e) {
            return null;
        }
    }

    private int read(LogFile file, AuditQuery query, int most, RecordVisitor visitor) throws IOException {
        int left = most;
        try (InputStream in = file.stream(directory)) {
            if (in == null) {
                return left;
            }
            LineReader lines = new LineReader(in);
            for (byte[] line = lines.next(); line != null && left > 0; line = lines.next()) {
                AuditRecord record = parse(line);
                if (record != null && query.wants(record)) {
                    left = visitor.visit(record, line) ? left - 1 : 0;
                }
            }
        } catch (ZipException | EOFException e) {
            // What can be had of the log is had; the verifier says what is wrong with it.
            skipped++;
        }
        return left;
    }

    /** A file can't be read from its end, so what is wanted of it is kept, as many as there may still be. */
    private int readBack(LogFile file, AuditQuery query, int most, RecordVisitor visitor) throws IOException {
        Deque<Found> found = new ArrayDeque<>();
        AuditQuery all = query.limited(0, false);
        read(file, all, Integer.MAX_VALUE, (record, line) -> {
            if (found.size() == most) {
                found.removeFirst();
            }
            return found.add(new Found(record, line));
        });
        int left = most;
        while (!found.isEmpty() && left > 0) {
            Found last = found.removeLast();
            left = visitor.visit(last.record, last.line) ? left - 1 : 0;
        }
        return left;
    }

    private @Nullable AuditRecord parse(byte[] line) {
        try {
            return RecordParser.parse(line);
        } catch (IOException e) {
            skipped++;
            return null;
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
