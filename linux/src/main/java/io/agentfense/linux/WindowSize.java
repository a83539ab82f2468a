package io.agentfense.linux;

/**
 * The size of a terminal in characters.
 *
 * @param rows 1 to 65535, or 0 if unknown
 * @param columns 1 to 65535, or 0 if unknown
 */
public record WindowSize(int rows, int columns) {
    /** The size of most terminals, for those that have none. */
    public static final WindowSize DEFAULT = new WindowSize(24, 80);

    /** Refuses what does not fit {@code struct winsize}. */
    public WindowSize {
        if (rows < 0 || rows > 0xffff || columns < 0 || columns > 0xffff) {
            throw new IllegalArgumentException("a terminal has 0 to 65535 rows and columns");
        }
    }
}
