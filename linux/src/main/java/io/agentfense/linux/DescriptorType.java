package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** What kind of file a descriptor refers to: the S_IFMT bits of {@code fstat(2)}. */
public enum DescriptorType {
    PIPE,
    CHARACTER_DEVICE,
    DIRECTORY,
    BLOCK_DEVICE,
    REGULAR_FILE,
    SOCKET,
    /** What has no type, such as an eventfd, and what is no open descriptor at all. */
    OTHER;

    private static final long FSTAT = 5;
    private static final int MODE_OFFSET = 24;
    private static final int S_IFMT = 0xf000;

    /** The type of a descriptor; never throws. */
    public static DescriptorType of(int fd) {
        MemorySegment stat = Scratch.get().struct;
        // SAFETY: the kernel writes struct stat, 144 bytes, into this thread's scratch.
        if (Syscall.call(FSTAT, fd, stat.address()) < 0) {
            return OTHER;
        }
        return switch (stat.get(JAVA_INT, MODE_OFFSET) & S_IFMT) {
            case 0x1000 -> PIPE;
            case 0x2000 -> CHARACTER_DEVICE;
            case 0x4000 -> DIRECTORY;
            case 0x6000 -> BLOCK_DEVICE;
            case 0x8000 -> REGULAR_FILE;
            case 0xc000 -> SOCKET;
            default -> OTHER;
        };
    }
}
