package io.agentfense.linux;

/** Who this process is to the kernel, {@code credentials(7)}. Thread-safe. */
public final class Credentials {
    private Credentials() {}

    /** The effective user id, {@code geteuid(2)}. */
    public static int uid() {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(Syscall.GETEUID, 0);
    }

    /** The effective group id, {@code getegid(2)}. */
    public static int gid() {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(Syscall.GETEGID, 0);
    }

    /** Whether this process may give files away and read what it likes. */
    public static boolean isRoot() {
        return uid() == 0;
    }
}
