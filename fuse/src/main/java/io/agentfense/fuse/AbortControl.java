package io.agentfense.fuse;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Mounts;
import io.agentfense.linux.OpenFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The kernel's file that ends one FUSE connection, {@code N/abort} of fusectl ({@code Documentation/filesystems/fuse.rst}).
 * Opened while the connection is known to be ours and held: numbers are given again, but the kernel unties this file from
 * any connection when ours ends ({@code fuse_ctl_remove_conn} in {@code fs/fuse/control.c}). Thread-safe.
 */
final class AbortControl implements AutoCloseable {
    private static final String CONNECTIONS = "/sys/fs/fuse/connections";
    private static final int NONE = -1;

    private final MemorySegment one = Arena.ofAuto().allocateFrom("1").asSlice(0, 1);
    private int fd;

    private AbortControl(int fd) {
        this.fd = fd;
    }

    /** Opens it for a connection that is alive; where this user has no way to it, {@link #abort} does nothing. */
    static AbortControl of(long connection) {
        byte[] name = (connection + "/abort").getBytes(StandardCharsets.US_ASCII);
        int fd = open(name, false);
        return new AbortControl(fd < 0 && Mounts.privileged() ? open(name, true) : fd);
    }

    /** Where nobody has mounted fusectl, root can have it without showing it to anyone. */
    private static int open(byte[] name, boolean detached) {
        try {
            int root = detached ? Mounts.detached("fusectl") : Descriptor.locateDirectory(CONNECTIONS);
            int fd = Beneath.open(root, name, OpenFlags.O_WRONLY);
            Descriptor.close(root);
            return fd;
        } catch (LinuxException e) {
            return NONE;
        }
    }

    /** Ends the connection: whoever waits for an answer gets ECONNABORTED. Nothing happens if it has ended. */
    synchronized void abort() {
        if (fd >= 0) {
            Descriptor.write(fd, one);
        }
    }

    @Override
    public synchronized void close() {
        Descriptor.close(fd);
        fd = NONE;
    }
}
