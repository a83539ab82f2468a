package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Nameless files in memory, {@code memfd_create(2)}: a way to hand bytes to another process as a descriptor. */
public final class MemoryFile {
    private static final int MFD_CLOEXEC = 1;
    private static final int SEEK_SET = 0;

    private MemoryFile() {}

    /**
     * Creates a file with this content, positioned at its start.
     *
     * @return the descriptor, close-on-exec, which the caller owns
     * @throws LinuxException EMFILE or ENFILE if there are too many descriptors, ENOMEM
     */
    public static int of(byte[] content) throws LinuxException {
        MemorySegment name = Scratch.get().struct;
        name.set(JAVA_BYTE, 0, (byte) 0);
        // SAFETY: an empty NUL-terminated name in this thread's scratch.
        int fd = (int)
                LinuxException.check("memfd_create", Syscall.call(Syscall.MEMFD_CREATE, name.address(), MFD_CLOEXEC));
        try {
            Transfer.writeFully(fd, content);
        } catch (LinuxException e) {
            Descriptor.close(fd);
            throw e;
        }
        // SAFETY: no memory is passed.
        Syscall.call(Syscall.LSEEK, fd, 0, SEEK_SET);
        return fd;
    }
}
