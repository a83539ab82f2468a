package io.agentfense.secret.text;

/**
 * The line and column of an offset that only grows. Lines end with a line feed; columns are code points, from 1, if the
 * content is UTF-8. Confined to its thread.
 */
public final class Position {
    private long line = 1;
    private long column = 1;
    private final boolean narrowed;

    /**
     * The beginning of content.
     *
     * @param narrowed whether a byte is a character, as after {@link Narrowing}, and not a piece of UTF-8
     */
    public Position(boolean narrowed) {
        this.narrowed = narrowed;
    }

    /** Moves over the bytes in a range. */
    public void advance(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                line++;
                column = 1;
            } else if (narrowed || (b & 0xc0) != 0x80) {
                column++;
            }
        }
    }

    /** The same place in an object of its own. */
    public Position copy() {
        Position copy = new Position(narrowed);
        copy.line = line;
        copy.column = column;
        return copy;
    }

    public long line() {
        return line;
    }

    public long column() {
        return column;
    }
}
