package io.agentfense.linux;

/**
 * A terminal that lets every byte through, until this is closed: for a program that passes keys on to another terminal.
 * Not thread-safe.
 */
public final class RawMode implements AutoCloseable {
    private final int fd;
    private final byte[] before;

    private RawMode(int fd, byte[] before) {
        this.fd = fd;
        this.before = before;
    }

    /**
     * Makes the terminal behind a descriptor raw.
     *
     * @throws LinuxException ENOTTY if it is no terminal
     */
    public static RawMode enter(int fd) throws LinuxException {
        return new RawMode(fd, Terminal.makeRaw(fd));
    }

    /** Brings back the modes from before. */
    @Override
    public void close() throws LinuxException {
        Terminal.restore(fd, before);
    }
}
