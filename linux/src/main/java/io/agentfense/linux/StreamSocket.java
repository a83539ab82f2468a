package io.agentfense.linux;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * A connected socket of a stream, {@code tcp(7)} or {@code unix(7)}, read and written by threads that wait. One may read
 * while another writes and a third closes, which ends what they wait for. Wait on platform threads: {@link PollSet}.
 */
public final class StreamSocket implements Closeable {
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;

    private final int fd;
    private int users;
    private boolean closed;

    /** Takes over a descriptor that does not block. */
    public StreamSocket(int fd) {
        this.fd = fd;
    }

    /** What comes in, up to the end of the other side's output. Closing it closes nothing. */
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, into.length);
                byte[] piece = new byte[Math.min(length, Transfer.MAX_BYTES)];
                int read = length == 0 ? 0 : receive(piece);
                System.arraycopy(piece, 0, into, offset, Math.max(0, read));
                return read;
            }
        };
    }

    /** What goes out. Closing it says so to the other side; what comes in goes on. */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                send(bytes, offset, length);
            }

            @Override
            public void close() {
                endOutput();
            }
        };
    }

    /** Says to the other side that nothing more comes; what it sends is still read. Idempotent. */
    public void endOutput() {
        shutDown(SHUT_WR);
    }

    /**
     * What there is, once there is something.
     *
     * @return the bytes read, -1 at the end
     * @throws LinuxException ECONNRESET, EBADF if this was closed
     */
    private int receive(byte[] into) throws IOException {
        enter();
        try {
            PollSet poll = new PollSet(1);
            poll.watchInput(0, fd);
            int read = Transfer.read(fd, into);
            while (read == -Errno.EAGAIN || read == -Errno.EINTR) {
                poll.await(-1);
                read = Transfer.read(fd, into);
            }
            LinuxException.check("read from a socket", read);
            return read == 0 ? -1 : read;
        } finally {
            leave();
        }
    }

    private void send(byte[] bytes, int offset, int length) throws IOException {
        enter();
        try {
            PollSet poll = new PollSet(1);
            poll.watchOutput(0, fd);
            int sent = 0;
            while (sent < length) {
                int step = Transfer.write(fd, bytes, offset + sent, length - sent);
                if (step == -Errno.EAGAIN) {
                    poll.await(-1);
                } else if (step != -Errno.EINTR) {
                    sent += (int) LinuxException.check("write to a socket", step);
                }
            }
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws LinuxException {
        if (closed) {
            throw new LinuxException("a socket that was closed", Errno.EBADF);
        }
        users++;
    }

    private synchronized void leave() {
        users--;
        closeUnused();
    }

    private synchronized void shutDown(int how) {
        if (!closed) {
            // SAFETY: no memory is passed, and the descriptor is ours until `closed`.
            Syscall.call(Syscall.SHUTDOWN, fd, how);
        }
    }

    /** The number is given up by the last who uses it: nobody's call may meet another file under it. */
    private void closeUnused() {
        if (closed && users == 0) {
            Descriptor.close(fd);
        }
    }

    /** Ends both directions and whoever waits for them. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            shutDown(SHUT_RDWR);
            closed = true;
            closeUnused();
        }
    }
}
