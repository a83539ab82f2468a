package io.agentfense.workspace.delta;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Flock;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import org.jspecify.annotations.Nullable;

/** A held {@code flock} on a file of our state. A crash releases it. */
final class Lock implements AutoCloseable {
    private final int fd;

    private Lock(int fd) {
        this.fd = fd;
    }

    /** Takes the lock, or returns null if another process or another opening in this one holds it. */
    static @Nullable Lock tryTake(StateDirectory directory, String name) throws LinuxException {
        int fd = directory.openFile(name, OpenFlags.O_RDWR | OpenFlags.O_CREAT);
        boolean taken = false;
        try {
            taken = Flock.tryExclusive(fd);
            return taken ? new Lock(fd) : null;
        } finally {
            if (!taken) {
                Descriptor.close(fd);
            }
        }
    }

    /** Waits for the lock. */
    static Lock take(StateDirectory directory, String name) throws LinuxException {
        int fd = directory.openFile(name, OpenFlags.O_RDWR | OpenFlags.O_CREAT);
        try {
            Flock.exclusive(fd);
            return new Lock(fd);
        } catch (LinuxException e) {
            Descriptor.close(fd);
            throw e;
        }
    }

    @Override
    public void close() {
        Flock.release(fd);
        Descriptor.close(fd);
    }
}
