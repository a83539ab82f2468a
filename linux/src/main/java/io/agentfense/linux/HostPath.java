package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Opens a path that the person who runs the program named: a codebase, a state directory. Links are followed, as they
 * expect. Everything below such a directory is reached with {@link Beneath} instead. Thread-safe.
 */
public final class HostPath {
    private static final long OPENAT = 257;

    private HostPath() {}

    /**
     * {@code openat(2)} from the current directory, with O_CLOEXEC added.
     *
     * @return a descriptor, the caller's to close
     * @throws LinuxException if the kernel refuses, or the path holds a NUL
     */
    public static int open(String path, int flags) throws LinuxException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (path.indexOf('\0') >= 0) {
            throw new LinuxException("open a path with a NUL in it", Errno.EINVAL);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 0, bytes.length);
            // SAFETY: a NUL-terminated path (arenas hand out zeroed memory) that outlives the call.
            long fd = Syscall.call(OPENAT, OpenFlags.AT_FDCWD, address.address(), flags | OpenFlags.O_CLOEXEC, 0);
            return (int) LinuxException.check("open " + path, fd);
        }
    }
}
