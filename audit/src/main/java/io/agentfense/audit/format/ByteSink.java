package io.agentfense.audit.format;

import java.util.Arrays;

/** Bytes that are put one after the other into an array that grows. Not thread-safe. */
final class ByteSink {
    private byte[] bytes;
    private int length;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
    }

    void put(int b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) b;
    }

    /** Puts a text of ASCII alone. */
    void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }
}
