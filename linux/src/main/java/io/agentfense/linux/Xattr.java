package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Extended attributes of what a descriptor refers to. Reached through {@code /proc/self/fd}, so that an O_PATH
 * descriptor serves too: no file is opened, no FIFO waited for. Results are lengths or negated errnos. Thread-safe.
 */
public final class Xattr {
    private static final long SETXATTR = 188;
    private static final long GETXATTR = 191;
    private static final long LISTXATTR = 194;
    private static final long REMOVEXATTR = 197;

    private Xattr() {}

    /** {@code getxattr(2)} into {@code value}, which may be empty to ask for the length. */
    public static int get(int fd, byte[] name, int length, MemorySegment value) {
        Scratch scratch = Scratch.get();
        long path = Descriptor.procPath(scratch, fd);
        long key = scratch.secondPath(name, length);
        try {
            // SAFETY: two NUL-terminated strings in scratch; the kernel writes at most the value segment's size, which
            // stays
            // allocated until it has.
            return (int) Syscall.call(GETXATTR, path, key, value.address(), value.byteSize());
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** {@code listxattr(2)} into {@code names}, which may be empty to ask for the length. */
    public static int list(int fd, MemorySegment names) {
        long path = Descriptor.procPath(Scratch.get(), fd);
        try {
            // SAFETY: a NUL-terminated path in scratch; the kernel writes at most the segment's size, which stays
            // allocated
            // until it has.
            return (int) Syscall.call(LISTXATTR, path, names.address(), names.byteSize());
        } finally {
            Reference.reachabilityFence(names);
        }
    }

    /** {@code setxattr(2)} with the flags XATTR_CREATE (1) and XATTR_REPLACE (2). */
    public static int set(int fd, byte[] name, int length, MemorySegment value, int flags) {
        try {
            return set(fd, name, length, value.address(), value.byteSize(), flags);
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** {@code setxattr(2)} of {@code size} bytes at an address that are the caller's. */
    public static int set(int fd, byte[] name, int length, long address, long size, int flags) {
        Scratch scratch = Scratch.get();
        long path = Descriptor.procPath(scratch, fd);
        long key = scratch.secondPath(name, length);
        // SAFETY: two NUL-terminated strings in scratch; the kernel reads `size` bytes of the caller's memory.
        return (int) Syscall.call(SETXATTR, path, key, address, size, flags);
    }

    /** Sets a short value from an array. */
    public static int set(int fd, byte[] name, byte[] value) {
        MemorySegment segment = Scratch.get().struct.asSlice(0, value.length);
        MemorySegment.copy(value, 0, segment, JAVA_BYTE, 0, value.length);
        return set(fd, name, name.length, segment, 0);
    }

    /** The value of an attribute of up to 255 bytes, or null if it is not there or cannot be read. */
    public static byte @org.jspecify.annotations.Nullable [] get(int fd, byte[] name) {
        MemorySegment segment = Scratch.get().struct;
        int length = get(fd, name, name.length, segment);
        return length < 0 ? null : segment.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** {@code removexattr(2)}. */
    public static int remove(int fd, byte[] name, int length) {
        Scratch scratch = Scratch.get();
        long path = Descriptor.procPath(scratch, fd);
        long key = scratch.secondPath(name, length);
        // SAFETY: two NUL-terminated strings in this thread's scratch.
        return (int) Syscall.call(REMOVEXATTR, path, key);
    }
}
