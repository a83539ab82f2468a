package io.agentfense.secret;

/**
 * How much work the scan of one content may be, in units of about one look at one byte. Source and data come to less than one
 * unit a byte, content that is made of nothing but secrets to some tens; what was made to cost much ends here.
 * A budget counts work and no time, so that the same content comes to the same on any machine. Immutable.
 *
 * @param fixed for any content
 * @param perByte for each of its bytes on top
 */
public record Budget(long fixed, long perByte) {
    /** About a tenth of a second for any content, and 0.8 s for each MiB, at the worst that is known. */
    public static final Budget DEFAULT = new Budget(8_000_000, 60);

    /** For content that is one's own. */
    public static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, 0);

    /** Checks. */
    public Budget {
        if (fixed < 0 || perByte < 0) {
            throw new IllegalArgumentException("a budget of " + fixed + " and " + perByte + " a byte");
        }
    }

    /** For content of so many bytes. */
    long of(long bytes) {
        long most = Long.MAX_VALUE - fixed;
        return perByte > 0 && bytes > most / perByte ? Long.MAX_VALUE : fixed + perByte * bytes;
    }
}
