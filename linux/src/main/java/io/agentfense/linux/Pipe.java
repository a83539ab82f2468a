package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * The two ends of a pipe, both close-on-exec. The creator owns both descriptors.
 *
 * @param readEnd the descriptor that is read
 * @param writeEnd the descriptor that is written
 */
public record Pipe(int readEnd, int writeEnd) {
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_SETFL = 4;

    /**
     * {@code pipe2(2)}.
     *
     * @throws LinuxException EMFILE or ENFILE if there are too many descriptors
     */
    public static Pipe open() throws LinuxException {
        MemorySegment ends = Scratch.get().struct;
        // SAFETY: the kernel writes two ints into this thread's scratch.
        LinuxException.check("pipe2", Syscall.call(Syscall.PIPE2, ends.address(), O_CLOEXEC));
        return new Pipe(ends.get(JAVA_INT, 0), ends.get(JAVA_INT, 4));
    }

    /** Makes reads or writes of one end answer EAGAIN instead of waiting. The other end keeps its own mode. */
    public static void dontBlock(int end) {
        // SAFETY: no memory is passed.
        Syscall.call(Syscall.FCNTL, end, F_SETFL, O_NONBLOCK);
    }
}
