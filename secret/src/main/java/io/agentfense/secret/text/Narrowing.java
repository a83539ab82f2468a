package io.agentfense.secret.text;

/**
 * UTF-16 made one byte a character, so that the same rules read it and an offset in it is half of one in the file. What
 * has no place in a byte becomes 0xFF, which stands in no credential. Confined to its thread.
 */
public final class Narrowing {
    private final boolean littleEndian;
    private int half = -1;

    private Narrowing(boolean littleEndian) {
        this.littleEndian = littleEndian;
    }

    /** By the byte order mark that content begins with, or null if it has none of UTF-16. */
    public static @org.jspecify.annotations.Nullable Narrowing of(int first, int second) {
        if (first == 0xff && second == 0xfe) {
            return new Narrowing(true);
        }
        return first == 0xfe && second == 0xff ? new Narrowing(false) : null;
    }

    /** Narrows bytes into an array and returns how many it became; half a character waits for its other half. */
    public int narrow(byte[] from, int offset, int length, byte[] to, int at) {
        int written = at;
        for (int i = offset; i < offset + length; i++) {
            int b = from[i] & 0xff;
            if (half < 0) {
                half = b;
                continue;
            }
            int high = littleEndian ? b : half;
            to[written++] = (byte) (high == 0 ? (littleEndian ? half : b) : 0xff);
            half = -1;
        }
        return written - at;
    }
}
