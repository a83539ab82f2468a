package io.agentfense.sandbox;

import java.nio.charset.StandardCharsets;

/** The kept beginning of an output. Immutable, as long as nobody changes {@link #bytes()}. */
public final class CapturedOutput {
    /** Nothing was written, or nothing was to be kept. */
    public static final CapturedOutput NONE = new CapturedOutput(new byte[0], 0);

    private final byte[] bytes;
    private final long written;

    CapturedOutput(byte[] bytes, long written) {
        this.bytes = bytes;
        this.written = written;
    }

    /** The bytes as the command wrote them; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether there was more. */
    public boolean truncated() {
        return written > bytes.length;
    }

    /** How many bytes came, those that were dropped included. */
    public long written() {
        return written;
    }

    /** The bytes as UTF-8; what is not, becomes U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
