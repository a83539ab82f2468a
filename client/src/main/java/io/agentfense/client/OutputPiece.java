package io.agentfense.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Some bytes of a command's output, as they came; a character may be cut in two between pieces. Immutable. */
public final class OutputPiece {
    /** Where it was written to. */
    public enum Source {
        STDOUT,
        STDERR
    }

    private final Source source;
    private final ByteString bytes;

    OutputPiece(Source source, ByteString bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    /** Where it was written to. */
    public Source source() {
        return source;
    }

    /** The bytes. */
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** How many bytes. */
    public int size() {
        return bytes.size();
    }

    /**
     * Writes them on.
     *
     * @throws UncheckedIOException if the stream fails
     */
    public void writeTo(OutputStream out) {
        try {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
