package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * A file's attributes by {@code statx(2)}, in an object that is filled again and again.
 *
 * <p>Not thread-safe: one belongs to one thread. Times are seconds and nanoseconds since the epoch, sizes are bytes,
 * {@code blocks} are of 512 bytes, {@code device} is major and minor packed as {@code major << 32 | minor}.
 */
public final class Stat {
    public static final int S_IFMT = 0xf000;
    public static final int S_IFSOCK = 0xc000;
    public static final int S_IFLNK = 0xa000;
    public static final int S_IFREG = 0x8000;
    public static final int S_IFBLK = 0x6000;
    public static final int S_IFDIR = 0x4000;
    public static final int S_IFCHR = 0x2000;
    public static final int S_IFIFO = 0x1000;

    private static final int STATX_BASIC_STATS = 0x7ff;

    public int mode;
    public int links;
    public int uid;
    public int gid;
    public int blockSize;
    public long inode;
    public long size;
    public long blocks;
    public long accessSeconds;
    public long modifySeconds;
    public long changeSeconds;
    public int accessNanos;
    public int modifyNanos;
    public int changeNanos;
    public long device;
    public long special;

    /**
     * Reads the attributes of {@code name} in {@code directory}, of a link itself if it is one. Only a single component
     * is safe here: nothing keeps the kernel from following a link in the middle of a path.
     *
     * @return zero or a negated errno
     */
    public int read(int directory, byte[] name, int length) {
        Scratch scratch = Scratch.get();
        long address = scratch.firstPath(name, length);
        if (address == 0) {
            return -Errno.ENAMETOOLONG;
        }
        return read(scratch, directory, address, OpenFlags.AT_SYMLINK_NOFOLLOW);
    }

    /** Reads the attributes of what a descriptor (O_PATH too) refers to; returns zero or a negated errno. */
    public int read(int fd) {
        Scratch scratch = Scratch.get();
        scratch.firstPath(new byte[0], 0);
        return read(scratch, fd, scratch.firstPath.address(), OpenFlags.AT_EMPTY_PATH | OpenFlags.AT_SYMLINK_NOFOLLOW);
    }

    private int read(Scratch scratch, int directory, long address, int flags) {
        MemorySegment s = scratch.struct;
        // SAFETY: the path is NUL-terminated and the struct has the 256 bytes of struct statx, both this thread's own.
        int result = (int) Syscall.call(Syscall.STATX, directory, address, flags, STATX_BASIC_STATS, s.address());
        if (result < 0) {
            return result;
        }
        blockSize = s.get(JAVA_INT, 4);
        links = s.get(JAVA_INT, 16);
        uid = s.get(JAVA_INT, 20);
        gid = s.get(JAVA_INT, 24);
        mode = s.get(JAVA_SHORT, 28) & 0xffff;
        inode = s.get(JAVA_LONG, 32);
        size = s.get(JAVA_LONG, 40);
        blocks = s.get(JAVA_LONG, 48);
        accessSeconds = s.get(JAVA_LONG, 64);
        accessNanos = s.get(JAVA_INT, 72);
        changeSeconds = s.get(JAVA_LONG, 96);
        changeNanos = s.get(JAVA_INT, 104);
        modifySeconds = s.get(JAVA_LONG, 112);
        modifyNanos = s.get(JAVA_INT, 120);
        special = (long) s.get(JAVA_INT, 128) << 32 | s.get(JAVA_INT, 132) & 0xffffffffL;
        device = (long) s.get(JAVA_INT, 136) << 32 | s.get(JAVA_INT, 140) & 0xffffffffL;
        return 0;
    }

    /** The file type bits, one of the S_IF constants. */
    public int type() {
        return mode & S_IFMT;
    }

    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    public boolean isRegular() {
        return type() == S_IFREG;
    }

    public boolean isSymlink() {
        return type() == S_IFLNK;
    }

    /** Whether this is overlayfs's whiteout, a character device 0/0. */
    public boolean isWhiteoutDevice() {
        return type() == S_IFCHR && special == 0;
    }

    /** Whether both name the same file: the same device and inode. */
    public boolean sameFile(Stat other) {
        return inode == other.inode && device == other.device;
    }
}
