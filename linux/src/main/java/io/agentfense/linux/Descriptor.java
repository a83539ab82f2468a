package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * System calls on an open descriptor. Each returns the kernel's result or a negated errno. Thread-safe as the kernel is;
 * allocates nothing. The caller owns descriptors: a closed number may at once name another file.
 */
public final class Descriptor {
    private static final byte[] PROC = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/'};

    private static final long OPENAT = 257;
    private static final long FCHOWN = 93;

    private Descriptor() {}

    /**
     * Opens a directory of the host by its path, links in it followed: for the places that an operator names, such as
     * the codebase itself. Everything below is then reached from this descriptor.
     *
     * @throws LinuxException if it is not there, not a directory, or may not be read
     */
    public static int openDirectory(String path) throws LinuxException {
        return open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
    }

    /** {@link #openDirectory(String)} with O_PATH instead, which needs no permission to read. */
    public static int locateDirectory(String path) throws LinuxException {
        return open(path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
    }

    /**
     * Opens what an operator named and what exists, links in the path followed; close-on-exec.
     *
     * @param flags {@link OpenFlags}, without O_CREAT
     * @throws LinuxException as {@code open(2)}; EFAULT for a path of {@code PATH_MAX} bytes or more
     */
    public static int open(String path, int flags) throws LinuxException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        long address = Scratch.get().firstPath(bytes, bytes.length);
        long all = flags | OpenFlags.O_CLOEXEC;
        // SAFETY: the path is NUL-terminated in this thread's scratch (address 0 gives EFAULT).
        return (int) LinuxException.check("open " + path, Syscall.call(OPENAT, OpenFlags.AT_FDCWD, address, all, 0));
    }

    /** {@code close(2)}; a negative number is ignored. */
    public static void close(int fd) {
        if (fd >= 0) {
            // SAFETY: no memory is passed; the caller gives up the number.
            Syscall.call(Syscall.CLOSE, fd);
        }
    }

    /** {@code read(2)} into the whole buffer. */
    public static long read(int fd, MemorySegment buffer) {
        try {
            // SAFETY: the kernel writes at most the segment's size, which stays allocated until it has.
            return Syscall.call(Syscall.READ, fd, buffer.address(), buffer.byteSize());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code write(2)} of the whole buffer, or as much as the kernel takes. */
    public static long write(int fd, MemorySegment buffer) {
        try {
            // SAFETY: the kernel reads at most the segment's size, which stays allocated until it has.
            return Syscall.call(Syscall.WRITE, fd, buffer.address(), buffer.byteSize());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code pread64(2)} into native memory at an address of which {@code length} bytes are the caller's. */
    public static long pread(int fd, long address, long length, long offset) {
        // SAFETY: the caller's memory, see above.
        return Syscall.call(Syscall.PREAD64, fd, address, length, offset);
    }

    /** {@code pwrite64(2)} from native memory at an address of which {@code length} bytes are the caller's. */
    public static long pwrite(int fd, long address, long length, long offset) {
        // SAFETY: the caller's memory, see above.
        return Syscall.call(Syscall.PWRITE64, fd, address, length, offset);
    }

    /** {@code fsync(2)}, or {@code fdatasync(2)} if only the data matters. */
    public static int sync(int fd, boolean dataOnly) {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(dataOnly ? Syscall.FDATASYNC : Syscall.FSYNC, fd);
    }

    /** {@code ftruncate(2)} to a size in bytes. */
    public static int truncate(int fd, long size) {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(Syscall.FTRUNCATE, fd, size);
    }

    /** {@code futimens(3)}: {@code utimensat(2)} on a descriptor; see {@link At#utimens}. */
    public static int times(int fd, long accessSeconds, long accessNanos, long modifySeconds, long modifyNanos) {
        MemorySegment times = Scratch.get().struct;
        times.set(JAVA_LONG, 0, accessSeconds);
        times.set(JAVA_LONG, 8, accessNanos);
        times.set(JAVA_LONG, 16, modifySeconds);
        times.set(JAVA_LONG, 24, modifyNanos);
        // SAFETY: no path, and two struct timespec in this thread's scratch.
        return (int) Syscall.call(Syscall.UTIMENSAT, fd, 0, times.address(), 0);
    }

    /** {@code fallocate(2)} with a mode of {@code linux/falloc.h}. */
    public static int allocate(int fd, int mode, long offset, long length) {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(Syscall.FALLOCATE, fd, mode, offset, length);
    }

    /** {@code lseek(2)}: the new offset or a negated errno. */
    public static long seek(int fd, long offset, int whence) {
        // SAFETY: no memory is passed.
        return Syscall.call(Syscall.LSEEK, fd, offset, whence);
    }

    /** {@code copy_file_range(2)} between two offsets; the bytes copied, which may be fewer, or a negated errno. */
    public static long copyRange(int from, long fromOffset, int to, long toOffset, long length) {
        MemorySegment offsets = Scratch.get().struct;
        offsets.set(JAVA_LONG, 0, fromOffset);
        offsets.set(JAVA_LONG, 8, toOffset);
        long address = offsets.address();
        // SAFETY: two 64-bit offsets in this thread's scratch.
        return Syscall.call(Syscall.COPY_FILE_RANGE, from, address, to, address + 8, length, 0);
    }

    /** Sets the permission bits of what any descriptor, O_PATH too, refers to. */
    public static int chmod(int fd, int mode) {
        long address = procPath(Scratch.get(), fd);
        // SAFETY: a NUL-terminated path in this thread's scratch; the magic link leads to this descriptor's file.
        return (int) Syscall.call(Syscall.FCHMODAT, OpenFlags.AT_FDCWD, address, mode);
    }

    /** {@code fchown(2)}; both ends of a pipe are one file. */
    public static int chown(int fd, int uid, int gid) {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(FCHOWN, fd, uid, gid);
    }

    /** Opens again what a descriptor, O_PATH too, refers to, with other flags; a descriptor or a negated errno. */
    public static int reopen(int fd, int flags) {
        long address = procPath(Scratch.get(), fd);
        // SAFETY: as in chmod.
        return (int) Syscall.call(OPENAT, OpenFlags.AT_FDCWD, address, flags | OpenFlags.O_CLOEXEC);
    }

    /** {@code dup(2)} with O_CLOEXEC, by {@code fcntl(F_DUPFD_CLOEXEC)}. */
    public static int duplicate(int fd) {
        // SAFETY: no memory is passed.
        return (int) Syscall.call(Syscall.FCNTL, fd, 1030, 3);
    }

    /** Writes {@code /proc/self/fd/N} into the first path slot and returns its address. */
    static long procPath(Scratch scratch, int fd) {
        MemorySegment slot = scratch.firstPath;
        MemorySegment.copy(PROC, 0, slot, JAVA_BYTE, 0, PROC.length);
        int digits = 1;
        for (int rest = fd; rest >= 10; rest /= 10) {
            digits++;
        }
        int rest = fd;
        for (int i = PROC.length + digits - 1; i >= PROC.length; i--, rest /= 10) {
            slot.set(JAVA_BYTE, i, (byte) ('0' + rest % 10));
        }
        slot.set(JAVA_BYTE, PROC.length + digits, (byte) 0);
        return slot.address();
    }
}
