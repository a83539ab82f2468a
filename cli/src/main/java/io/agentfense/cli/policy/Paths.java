package io.agentfense.cli.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Paths read from a stream as bytes, each ended by one byte; the last one need not be. */
final class Paths {
    private final InputStream in;
    private final int terminator;

    /** @param in should be buffered: it is read byte by byte */
    Paths(InputStream in, int terminator) {
        this.in = in;
        this.terminator = terminator;
    }

    /** The next path without its end, or null after the last. */
    byte @Nullable [] next() throws IOException {
        int b = in.read();
        if (b < 0) {
            return null;
        }
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        while (b >= 0 && b != terminator) {
            path.write(b);
            b = in.read();
        }
        return path.toByteArray();
    }
}
