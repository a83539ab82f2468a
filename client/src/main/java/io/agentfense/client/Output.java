package io.agentfense.client;

import com.google.protobuf.ByteString;

/** What a command wrote to one of its outputs, as far as it was kept. Immutable. */
public final class Output {
    private final ByteString bytes;
    private final boolean truncated;

    Output(ByteString bytes, boolean truncated) {
        this.bytes = bytes;
        this.truncated = truncated;
    }

    /** As UTF-8; what is none is replaced. */
    public String text() {
        return bytes.toStringUtf8();
    }

    /** Exactly what was written. */
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Whether there is nothing. */
    public boolean isEmpty() {
        return bytes.isEmpty();
    }

    /** Whether there was more than is kept; {@link Sandbox#stream} loses nothing. */
    public boolean isTruncated() {
        return truncated;
    }

    /** {@link #text}. */
    @Override
    public String toString() {
        return text();
    }
}
