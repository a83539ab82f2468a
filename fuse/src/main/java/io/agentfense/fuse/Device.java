package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One open {@code /dev/fuse}: a queue of requests of one connection. Thread-safe as the kernel's device is. */
public final class Device {
    private static final byte[] PATH = "dev/fuse".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final long FUSE_DEV_IOC_CLONE = 0x8004e500L;
    private static final long FUSE_DEV_IOC_BACKING_OPEN = 0x4010e501L;
    private static final long FUSE_DEV_IOC_BACKING_CLOSE = 0x4004e502L;

    private final int fd;

    /** Takes over a descriptor of {@code /dev/fuse}. */
    public Device(int fd) {
        this.fd = fd;
    }

    /** Opens the device, not yet part of any connection. */
    public static Device open() throws LinuxException {
        int root = Descriptor.openDirectory("/");
        try {
            int fd = Beneath.open(root, PATH, OpenFlags.O_RDWR);
            return new Device((int) LinuxException.check("open /dev/fuse (is the fuse module loaded?)", fd));
        } finally {
            Descriptor.close(root);
        }
    }

    public int fd() {
        return fd;
    }

    /** A further queue of the same connection. */
    Device another() throws LinuxException {
        Device clone = open();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(JAVA_INT);
            first.set(JAVA_INT, 0, fd);
            // SAFETY: the ioctl reads one 32-bit descriptor number from the confined segment.
            long result = Syscall.call(Syscall.IOCTL, clone.fd, FUSE_DEV_IOC_CLONE, first.address());
            if (result < 0) {
                clone.close();
            }
            LinuxException.check("clone the FUSE device", result);
        }
        return clone;
    }

    long read(MemorySegment buffer) {
        return Descriptor.read(fd, buffer);
    }

    /** Whether the kernel has a request that nobody has read yet. */
    boolean pending() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(JAVA_INT, 0, fd);
            poll.set(JAVA_INT, 4, 1);
            // SAFETY: one struct pollfd in the confined segment, and no waiting.
            return Syscall.call(Syscall.POLL, poll.address(), 1, 0) > 0 && (poll.get(JAVA_INT, 4) >>> 16) == 1;
        }
    }

    long write(long address, long length) {
        // SAFETY: the caller's message, which it keeps reachable.
        return Syscall.call(Syscall.WRITE, fd, address, length);
    }

    /**
     * Registers a file, by any descriptor of it, as a backing file for passthrough.
     *
     * @return its id, or a negated errno (EPERM without CAP_SYS_ADMIN in the initial user namespace)
     */
    int openBacking(int file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(16, 8);
            map.set(JAVA_INT, 0, file);
            map.set(JAVA_INT, 4, 0);
            map.set(JAVA_LONG, 8, 0);
            // SAFETY: the ioctl reads the 16 bytes of struct fuse_backing_map from the confined segment.
            return (int) Syscall.call(Syscall.IOCTL, fd, FUSE_DEV_IOC_BACKING_OPEN, map.address());
        }
    }

    /** Gives a backing id back. Opens that use it go on. */
    void closeBacking(int id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            value.set(JAVA_INT, 0, id);
            // SAFETY: the ioctl reads one 32-bit id from the confined segment.
            Syscall.call(Syscall.IOCTL, fd, FUSE_DEV_IOC_BACKING_CLOSE, value.address());
        }
    }

    void close() {
        Descriptor.close(fd);
    }
}
