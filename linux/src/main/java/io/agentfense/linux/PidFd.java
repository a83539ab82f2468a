package io.agentfense.linux;

/**
 * A process by descriptor, {@code pidfd_open(2)}: it never comes to name another one. Thread-safe until closed.
 */
public final class PidFd implements AutoCloseable {
    private final int pid;
    private final int fd;
    private final PollSet ended = new PollSet(1);

    private PidFd(int pid, int fd) {
        this.pid = pid;
        this.fd = fd;
        ended.watchInput(0, fd);
    }

    /**
     * Opens a process.
     *
     * @throws LinuxException ESRCH if there is none by this id
     */
    public static PidFd open(int pid) throws LinuxException {
        // SAFETY: no memory is passed.
        return new PidFd(pid, (int) LinuxException.check("pidfd_open", Syscall.call(Syscall.PIDFD_OPEN, pid, 0)));
    }

    /** The id by which it was opened, which may be another process's once it has ended. */
    public int pid() {
        return pid;
    }

    /** {@code pidfd_send_signal(2)}; nothing happens if it has ended. */
    public void signal(int signal) {
        // SAFETY: no memory is passed.
        Syscall.call(Syscall.PIDFD_SEND_SIGNAL, fd, signal, 0, 0);
    }

    /**
     * Waits for its end, at most so many milliseconds.
     *
     * @return whether it has ended
     */
    public boolean awaitEnd(int timeoutMillis) throws LinuxException {
        synchronized (ended) {
            return ended.await(timeoutMillis) > 0;
        }
    }

    /**
     * Another descriptor of the same process, which the caller closes.
     *
     * @throws LinuxException EMFILE
     */
    public int duplicate() throws LinuxException {
        return (int) LinuxException.check("duplicate a descriptor", Descriptor.duplicate(fd));
    }

    @Override
    public void close() {
        Descriptor.close(fd);
    }
}
