package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Transfer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Writes to a descriptor that does not block, waiting itself, so that closing it from another thread ends a write that
 * nobody reads.
 */
final class DescriptorOutputStream extends OutputStream {
    private static final int LOOK_AGAIN_MILLIS = 100;

    private final int fd;
    private boolean closed;

    /** Takes over a descriptor. */
    DescriptorOutputStream(int fd) {
        this.fd = fd;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        PollSet room = new PollSet(1);
        room.watchOutput(0, fd);
        int written = 0;
        while (written < length) {
            int step = tryWrite(bytes, offset + written, length - written);
            if (step == -Errno.EAGAIN) {
                room.await(LOOK_AGAIN_MILLIS);
            } else if (step != -Errno.EINTR) {
                written += (int) LinuxException.check("write to a command", step);
            }
        }
    }

    private synchronized int tryWrite(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the command's input is closed");
        }
        return Transfer.write(fd, bytes, offset, length);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Descriptor.close(fd);
        }
    }
}
