package io.agentfense.audit.store;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Transfer;
import java.io.IOException;
import java.io.InputStream;

/** What a descriptor reads, from its position on. Meant to be read in large pieces. Not thread-safe. */
public final class FileStream extends InputStream {
    private final int fd;
    private boolean closed;

    /** Takes over a descriptor. */
    FileStream(int fd) {
        this.fd = fd;
    }

    /** The descriptor, which stays this stream's to close. */
    public int fd() {
        return fd;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        boolean whole = offset == 0 && length == into.length;
        byte[] piece = whole ? into : new byte[Math.min(length, Transfer.MAX_BYTES)];
        int got;
        do {
            got = Transfer.read(fd, piece);
        } while (got == -Errno.EINTR);
        LinuxException.check("read", got);
        if (!whole) {
            System.arraycopy(piece, 0, into, offset, got);
        }
        return got == 0 ? -1 : got;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Descriptor.close(fd);
        }
    }
}
