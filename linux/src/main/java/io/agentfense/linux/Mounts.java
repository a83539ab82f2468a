package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** {@code mount(2)}, {@code umount2(2)} and what belongs to them. Thread-safe. */
public final class Mounts {
    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOATIME = 1024;

    private static final long MNT_FORCE = 1;
    private static final long MNT_DETACH = 2;
    private static final long UMOUNT_NOFOLLOW = 8;
    private static final long FSOPEN = 430;
    private static final long FSCONFIG = 431;
    private static final long FSMOUNT = 432;
    private static final long FSCONFIG_CMD_CREATE = 6;
    private static final long CLOEXEC = 1;

    private Mounts() {}

    /** Whether this process may mount without help: it is root. */
    public static boolean privileged() {
        return Credentials.isRoot();
    }

    /** Mounts over the directory that a descriptor, O_PATH too, refers to. */
    public static void mount(String source, int directory, String type, long flags, String data) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocateFrom("/proc/self/fd/" + directory);
            // SAFETY: four NUL-terminated strings in a confined arena that outlives the call.
            long result = Syscall.call(
                    Syscall.MOUNT,
                    arena.allocateFrom(source).address(),
                    target.address(),
                    arena.allocateFrom(type).address(),
                    flags,
                    arena.allocateFrom(data).address());
            LinuxException.check("mount " + type, result);
        }
    }

    /**
     * Unmounts what nobody uses.
     *
     * @return zero, or a negated errno: EBUSY if somebody does
     */
    public static int unmountIdle(String path) {
        try (Arena arena = Arena.ofConfined()) {
            // SAFETY: one NUL-terminated string in a confined arena.
            return (int) Syscall.call(Syscall.UMOUNT2, arena.allocateFrom(path).address(), UMOUNT_NOFOLLOW);
        }
    }

    /** Has the kernel write out what programs changed in mappings of files on the filesystem at a path. */
    public static void sync(String path) throws LinuxException {
        int fd = Descriptor.openDirectory(path);
        // SAFETY: no memory is passed.
        Syscall.call(Syscall.SYNCFS, fd);
        Descriptor.close(fd);
    }

    /** {@link #unmount} that also ends a FUSE connection, on which uses that are left then fail. */
    public static void unmountByForce(String path) {
        try (Arena arena = Arena.ofConfined()) {
            // SAFETY: one NUL-terminated string in a confined arena.
            Syscall.call(Syscall.UMOUNT2, arena.allocateFrom(path).address(), MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW);
        }
    }

    /** Takes a mount, and those on it, out of the tree even if in use; what is not mounted is ignored. */
    public static void unmount(String path) {
        try (Arena arena = Arena.ofConfined()) {
            // SAFETY: one NUL-terminated string in a confined arena.
            Syscall.call(Syscall.UMOUNT2, arena.allocateFrom(path).address(), MNT_DETACH | UMOUNT_NOFOLLOW);
        }
    }

    /** The path by which the kernel knows the directory of a descriptor. */
    public static String pathOf(int directory) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Scratch.PATH_MAX);
            byte[] link = ("/proc/self/fd/" + directory).getBytes(StandardCharsets.US_ASCII);
            int length = At.readlink(OpenFlags.AT_FDCWD, link, link.length, buffer);
            LinuxException.check("resolve a directory", length);
            return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    /**
     * The minor number of the device that a path lies on, which for FUSE is the connection's number. Asks the mount for
     * nothing: AT_STATX_DONT_SYNC takes what the kernel knows.
     */
    public static long deviceMinor(String path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(256, 8);
            long flags = 0x4000 | OpenFlags.AT_SYMLINK_NOFOLLOW;
            // SAFETY: a NUL-terminated path and the 256 bytes of struct statx in a confined arena.
            long result = Syscall.call(
                    Syscall.STATX, OpenFlags.AT_FDCWD, arena.allocateFrom(path).address(), flags, 0, buffer.address());
            LinuxException.check("stat " + path, result);
            return buffer.get(java.lang.foreign.ValueLayout.JAVA_INT, 140) & 0xffffffffL;
        }
    }

    /**
     * The root of a filesystem that is mounted nowhere and gone with its last descriptor, {@code fsopen(2)} and
     * {@code fsmount(2)}.
     *
     * @return an O_PATH descriptor
     * @throws LinuxException EPERM without CAP_SYS_ADMIN, ENODEV for a type that the kernel does not know
     */
    public static int detached(String type) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            // SAFETY: one NUL-terminated string in a confined arena.
            long context = Syscall.call(FSOPEN, arena.allocateFrom(type).address(), CLOEXEC);
            int filesystem = (int) LinuxException.check("open " + type, context);
            // SAFETY: FSCONFIG_CMD_CREATE takes no key and no value.
            Syscall.call(FSCONFIG, filesystem, FSCONFIG_CMD_CREATE, 0, 0, 0);
            // SAFETY: no memory is passed. It fails if the creation did.
            long root = Syscall.call(FSMOUNT, filesystem, CLOEXEC, 0);
            Descriptor.close(filesystem);
            return (int) LinuxException.check("mount " + type, root);
        }
    }
}
