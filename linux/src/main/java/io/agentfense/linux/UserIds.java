package io.agentfense.linux;

/** The ids of this process's user, {@code credentials(7)}. Thread-safe. */
public final class UserIds {
    private static final long GETEGID = 108;

    private UserIds() {}

    /** The effective user id; 0 for root. As unsigned 32 bits. */
    public static long user() {
        // SAFETY: no memory is passed.
        return Syscall.call(Syscall.GETEUID, 0);
    }

    /** The effective group id. As unsigned 32 bits. */
    public static long group() {
        // SAFETY: no memory is passed.
        return Syscall.call(GETEGID, 0);
    }
}
