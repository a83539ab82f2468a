package io.agentfense.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory straight from the kernel ({@code mmap(2)}, private and anonymous): zero, and taking no room where nobody has
 * touched it yet. For large buffers of which mostly the beginning is used; an arena would write zeros to all of one.
 */
public final class Pages {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;

    private Pages() {}

    /**
     * Maps memory that any thread may use, and that goes once nobody refers to it.
     *
     * @param bytes at least 1; the memory begins at a page
     * @throws OutOfMemoryError if the kernel has none
     */
    public static MemorySegment allocate(long bytes) {
        // SAFETY: a new mapping of the kernel's choice touches no other memory.
        long address = Syscall.call(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (address < 0 && address > -4096) {
            throw new OutOfMemoryError("mmap of " + bytes + " bytes: " + Errno.message((int) -address));
        }
        // SAFETY: the mapping is as long as the segment and is unmapped once, when no reference to the segment is left.
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, Arena.ofAuto(), memory -> Syscall.call(Syscall.MUNMAP, memory.address(), bytes));
    }
}
