package io.agentfense.linux;

/**
 * {@code flock(2)}: a lock that belongs to an open file description, and so ends with the last descriptor of it,
 * however the process ends. Thread-safe.
 */
public final class Flock {
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    private Flock() {}

    /** Takes the exclusive lock of an open file or directory without waiting; false if another holds it. */
    public static boolean tryExclusive(int fd) throws LinuxException {
        // SAFETY: no memory is passed.
        long result = Syscall.call(Syscall.FLOCK, fd, LOCK_EX | LOCK_NB);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        LinuxException.check("lock", result);
        return true;
    }

    /** Takes the exclusive lock of an open file or directory, however long that takes. */
    public static void exclusive(int fd) throws LinuxException {
        long result;
        do {
            // SAFETY: no memory is passed.
            result = Syscall.call(Syscall.FLOCK, fd, LOCK_EX);
        } while (result == -Errno.EINTR);
        LinuxException.check("lock", result);
    }

    /**
     * Gives the lock up. Closing the descriptor alone does so only once a child that is being started, and has copies of
     * all descriptors until it runs its program, has closed its own.
     */
    public static void release(int fd) {
        // SAFETY: no memory is passed.
        Syscall.call(Syscall.FLOCK, fd, LOCK_UN);
    }
}
