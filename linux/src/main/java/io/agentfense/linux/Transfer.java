package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Bytes between Java arrays and descriptors, for code outside this package that has no native memory of its own.
 * Thread-safe: each thread has its own 64 KiB of native memory, which is also the most that one call moves.
 */
public final class Transfer {
    /** The most bytes that one call moves: what a pipe holds by default, {@code pipe(7)}. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final ThreadLocal<MemorySegment> BUFFER =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(MAX_BYTES, 8));

    private Transfer() {}

    /**
     * {@code read(2)} into the start of an array.
     *
     * @return the bytes read, 0 at the end of the file, or a negated errno
     */
    public static int read(int fd, byte[] into) {
        MemorySegment buffer = BUFFER.get();
        int wanted = Math.min(into.length, MAX_BYTES);
        // SAFETY: the kernel writes at most `wanted` bytes, which this thread's buffer holds.
        int read = (int) Syscall.call(Syscall.READ, fd, buffer.address(), wanted);
        if (read > 0) {
            MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, read);
        }
        return read;
    }

    /**
     * {@code write(2)} from a part of an array.
     *
     * @return the bytes written, perhaps fewer than asked for, or a negated errno
     */
    public static int write(int fd, byte[] from, int offset, int length) {
        MemorySegment buffer = BUFFER.get();
        int wanted = Math.min(length, MAX_BYTES);
        MemorySegment.copy(from, offset, buffer, JAVA_BYTE, 0, wanted);
        // SAFETY: the kernel reads at most `wanted` bytes, which were just put there.
        return (int) Syscall.call(Syscall.WRITE, fd, buffer.address(), wanted);
    }

    /**
     * Writes all of an array to a blocking descriptor.
     *
     * @throws LinuxException as {@code write(2)}; part of the bytes may have been written
     */
    public static void writeFully(int fd, byte[] from) throws LinuxException {
        int written = 0;
        while (written < from.length) {
            int step = write(fd, from, written, from.length - written);
            if (step != -Errno.EINTR) {
                written += (int) LinuxException.check("write", step);
            }
        }
    }
}
