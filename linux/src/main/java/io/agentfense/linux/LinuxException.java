package io.agentfense.linux;

import java.io.IOException;

/** A system call that failed. The message says what was tried, on what, and why the kernel refused. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * @param action what was tried, with its object: {@code "open /src"}
     * @param errno the kernel's positive error number
     */
    public LinuxException(String action, int errno) {
        super(action + ": " + Errno.message(errno));
        this.errno = errno;
    }

    /** The kernel's positive error number; see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /**
     * Passes a kernel result through, or turns a negated errno into this exception.
     *
     * @throws LinuxException if {@code result} is negative
     */
    public static long check(String action, long result) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(action, (int) -result);
        }
        return result;
    }
}
