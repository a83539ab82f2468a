package io.agentfense.server.incident;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A part of a report whose size is not known before it is written, in a file that only this user reads and that goes with
 * it. Not thread-safe.
 */
final class Spool implements AutoCloseable {
    private final Path file;
    private final OutputStream out;

    private Spool(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    static Spool create() throws IOException {
        Path file = Files.createTempFile("agentfense-report-", "");
        return new Spool(file, new BufferedOutputStream(Files.newOutputStream(file)));
    }

    OutputStream out() {
        return out;
    }

    void line(byte[] line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    long size() throws IOException {
        out.flush();
        return Files.size(file);
    }

    /** All that was written; the caller closes it. */
    InputStream read() throws IOException {
        out.flush();
        return Files.newInputStream(file, StandardOpenOption.READ);
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
