package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The {@code *at} family of system calls on one name in an open directory. Each returns zero (or what the call
 * returns), or a negated errno; none follows a symbolic link. Thread-safe, allocates nothing.
 *
 * <p>A name is a single component: a path would let the kernel follow links in its middle.
 */
public final class At {
    public static final int RENAME_NOREPLACE = 1;
    public static final int RENAME_EXCHANGE = 2;
    public static final int RENAME_WHITEOUT = 4;

    /** Nanoseconds value of {@code utimensat(2)} that means the current time. */
    public static final long UTIME_NOW = 0x3fffffff;

    /** Nanoseconds value of {@code utimensat(2)} that means no change. */
    public static final long UTIME_OMIT = 0x3ffffffe;

    private At() {}

    /** {@code openat(2)} with O_NOFOLLOW and O_CLOEXEC added; a descriptor or a negated errno. */
    public static int open(int directory, byte[] name, int length, int flags, int mode) {
        return Beneath.open(directory, name, length, flags, mode);
    }

    /** {@code mkdirat(2)}; the process's umask applies. */
    public static int mkdir(int directory, byte[] name, int length, int mode) {
        long address = Scratch.get().firstPath(name, length);
        // SAFETY: the name is NUL-terminated in this thread's scratch (address 0 gives EFAULT, mapped below).
        return result(address, Syscall.call(Syscall.MKDIRAT, directory, address, mode));
    }

    /** {@code mknodat(2)}; {@code device} is the kernel's packed device number. */
    public static int mknod(int directory, byte[] name, int length, int mode, long device) {
        long address = Scratch.get().firstPath(name, length);
        // SAFETY: as in mkdir.
        return result(address, Syscall.call(Syscall.MKNODAT, directory, address, mode, device));
    }

    /** {@code unlinkat(2)} of a file, or of an empty directory with AT_REMOVEDIR. */
    public static int unlink(int directory, byte[] name, int length, int flags) {
        long address = Scratch.get().firstPath(name, length);
        // SAFETY: as in mkdir.
        return result(address, Syscall.call(Syscall.UNLINKAT, directory, address, flags));
    }

    /** {@code renameat2(2)}. */
    public static int rename(
            int fromDirectory, byte[] from, int fromLength, int toDirectory, byte[] to, int toLength, int flags) {
        Scratch scratch = Scratch.get();
        long first = scratch.firstPath(from, fromLength);
        long second = scratch.secondPath(to, toLength);
        // SAFETY: both names are NUL-terminated in two slots of this thread's scratch.
        long result = Syscall.call(Syscall.RENAMEAT2, fromDirectory, first, toDirectory, second, flags);
        return result(first == 0 ? first : second, result);
    }

    /** {@code linkat(2)} of a name to a name, without following a link. */
    public static int link(int fromDirectory, byte[] from, int fromLength, int toDirectory, byte[] to, int toLength) {
        Scratch scratch = Scratch.get();
        long first = scratch.firstPath(from, fromLength);
        long second = scratch.secondPath(to, toLength);
        // SAFETY: as in rename.
        long result = Syscall.call(Syscall.LINKAT, fromDirectory, first, toDirectory, second, 0);
        return result(first == 0 ? first : second, result);
    }

    /** {@code linkat(2)} of an open descriptor to a name, through {@code /proc/self/fd}: needs no capability. */
    public static int linkDescriptor(int fd, int toDirectory, byte[] to, int toLength) {
        Scratch scratch = Scratch.get();
        long first = Descriptor.procPath(scratch, fd);
        long second = scratch.secondPath(to, toLength);
        // SAFETY: as in rename; the first path is /proc/self/fd/N, whose link leads to exactly that descriptor's file.
        long result = Syscall.call(
                Syscall.LINKAT, OpenFlags.AT_FDCWD, first, toDirectory, second, OpenFlags.AT_SYMLINK_FOLLOW);
        return result(second, result);
    }

    /** {@code symlinkat(2)}: makes {@code name} a link to {@code target}. */
    public static int symlink(byte[] target, int targetLength, int directory, byte[] name, int length) {
        Scratch scratch = Scratch.get();
        long first = scratch.firstPath(target, targetLength);
        long second = scratch.secondPath(name, length);
        // SAFETY: as in rename.
        long result = Syscall.call(Syscall.SYMLINKAT, first, directory, second);
        return result(first == 0 ? first : second, result);
    }

    /** {@code readlinkat(2)} into {@code buffer}; the target's length or a negated errno. */
    public static int readlink(int directory, byte[] name, int length, MemorySegment buffer) {
        long address = Scratch.get().firstPath(name, length);
        // SAFETY: the name is NUL-terminated; the kernel writes at most the buffer's size, which the caller keeps.
        long result = Syscall.call(Syscall.READLINKAT, directory, address, buffer.address(), buffer.byteSize());
        return result(address, result);
    }

    /** {@link #readlink(int, byte[], int, MemorySegment)} into an array of up to 4,095 bytes. */
    public static byte[] readlink(int directory, byte[] name) throws LinuxException {
        MemorySegment buffer = Scratch.get().secondPath;
        int length = readlink(directory, name, name.length, buffer);
        LinuxException.check("readlink", length);
        return buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /**
     * {@code utimensat(2)} on the name itself. Nanoseconds may be {@link #UTIME_NOW} or {@link #UTIME_OMIT}.
     */
    public static int utimens(
            int directory,
            byte[] name,
            int length,
            long accessSeconds,
            long accessNanos,
            long modifySeconds,
            long modifyNanos) {
        Scratch scratch = Scratch.get();
        long address = scratch.firstPath(name, length);
        MemorySegment times = scratch.struct;
        times.set(JAVA_LONG, 0, accessSeconds);
        times.set(JAVA_LONG, 8, accessNanos);
        times.set(JAVA_LONG, 16, modifySeconds);
        times.set(JAVA_LONG, 24, modifyNanos);
        // SAFETY: the name is NUL-terminated and `times` holds two struct timespec, both this thread's own.
        long result =
                Syscall.call(Syscall.UTIMENSAT, directory, address, times.address(), OpenFlags.AT_SYMLINK_NOFOLLOW);
        return result(address, result);
    }

    /** {@code fchownat(2)} on the name itself; -1 leaves an id as it is. */
    public static int chown(int directory, byte[] name, int length, int uid, int gid) {
        long address = Scratch.get().firstPath(name, length);
        // SAFETY: as in mkdir.
        long result = Syscall.call(Syscall.FCHOWNAT, directory, address, uid, gid, OpenFlags.AT_SYMLINK_NOFOLLOW);
        return result(address, result);
    }

    private static int result(long address, long result) {
        return address == 0 ? -Errno.ENAMETOOLONG : (int) result;
    }
}
