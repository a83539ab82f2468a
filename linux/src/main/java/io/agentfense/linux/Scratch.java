package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * Native memory of one thread for the arguments of one system call, so that calls allocate nothing.
 *
 * <p>Valid until the thread's next call into this package: a caller copies out what it wants to keep. Confined to its
 * thread; {@link #get()} hands out the caller's own.
 */
final class Scratch {
    /** PATH_MAX of {@code linux/limits.h}, the terminating NUL included. */
    static final int PATH_MAX = 4096;

    private static final int SLOT = PATH_MAX;
    private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

    final MemorySegment errno;
    final MemorySegment firstPath;
    final MemorySegment secondPath;
    /** 256 bytes for a small argument struct: statx, open_how, timespecs, statfs. */
    final MemorySegment struct;

    private Scratch() {
        // The collector frees it after the thread: threads come and go, and no one else can know when.
        Arena arena = Arena.ofAuto();
        errno = arena.allocate(Linker.Option.captureStateLayout());
        firstPath = arena.allocate(SLOT, 8);
        secondPath = arena.allocate(SLOT, 8);
        struct = arena.allocate(256, 8);
    }

    static Scratch get() {
        return LOCAL.get();
    }

    /** Copies a path with its NUL into the first slot; returns its address, or 0 if it is too long. */
    long firstPath(byte[] path, int length) {
        return put(firstPath, path, length);
    }

    /** Copies a path with its NUL into the second slot; returns its address, or 0 if it is too long. */
    long secondPath(byte[] path, int length) {
        return put(secondPath, path, length);
    }

    private static long put(MemorySegment slot, byte[] path, int length) {
        if (length >= PATH_MAX) {
            return 0;
        }
        MemorySegment.copy(path, 0, slot, JAVA_BYTE, 0, length);
        slot.set(JAVA_BYTE, length, (byte) 0);
        return slot.address();
    }
}
