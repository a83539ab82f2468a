package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Opens paths that cannot leave a directory: {@code openat2(2)} with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and
 * RESOLVE_NO_MAGICLINKS. No component may be a symbolic link, none may lead above the directory.
 *
 * <p>Thread-safe, allocates nothing. This is how every path of a codebase or a delta is reached on the host side.
 */
public final class Beneath {
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final long RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    private static final int OPEN_HOW_BYTES = 24;

    private Beneath() {}

    /**
     * Opens {@code path} beneath {@code directory}. The empty path means the directory itself. O_CLOEXEC is added, and
     * O_NOFOLLOW, so that a final symbolic link can only be had with O_PATH.
     *
     * @return a descriptor, or a negated errno (ELOOP for a link, EXDEV for an escape)
     */
    public static int open(int directory, byte[] path, int length, int flags, int mode) {
        Scratch scratch = Scratch.get();
        long address = length == 0 ? dot(scratch) : scratch.firstPath(path, length);
        if (address == 0) {
            return -Errno.ENAMETOOLONG;
        }
        MemorySegment how = scratch.struct;
        how.set(JAVA_LONG, 0, (flags | OpenFlags.O_CLOEXEC | OpenFlags.O_NOFOLLOW) & 0xffffffffL);
        how.set(JAVA_LONG, 8, mode);
        how.set(JAVA_LONG, 16, RESOLVE);
        // SAFETY: the path is NUL-terminated in this thread's scratch, and `how` holds the 24 bytes of struct open_how.
        int fd = (int) Syscall.call(Syscall.OPENAT2, directory, address, how.address(), OPEN_HOW_BYTES);
        // EAGAIN: a rename elsewhere raced with the resolution and the kernel could not tell that it stayed beneath.
        for (int tries = 0; fd == -Errno.EAGAIN && tries < 64; tries++) {
            // SAFETY: as above.
            fd = (int) Syscall.call(Syscall.OPENAT2, directory, address, how.address(), OPEN_HOW_BYTES);
        }
        return fd;
    }

    /** {@link #open(int, byte[], int, int, int)} of a whole array, without a mode. */
    public static int open(int directory, byte[] path, int flags) {
        return open(directory, path, path.length, flags, 0);
    }

    private static long dot(Scratch scratch) {
        return scratch.firstPath(new byte[] {'.'}, 1);
    }
}
