package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A few descriptors to wait for, {@code poll(2)}. Slots are numbered from 0 and keep their number; a slot whose
 * descriptor is negative is left out. Not thread-safe.
 *
 * <p>Waiting blocks the carrier of a virtual thread: wait on a platform thread.
 */
public final class PollSet {
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final int ENTRY_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int RESULT_OFFSET = 6;

    private final MemorySegment entries;
    private final int slots;

    /** Makes room for a number of descriptors, all left out at first. */
    public PollSet(int slots) {
        this.slots = slots;
        // Freed by the collector: a set lives as long as its owner, often on another thread than it was made on.
        entries = Arena.ofAuto().allocate((long) slots * ENTRY_BYTES, 8);
        for (int slot = 0; slot < slots; slot++) {
            ignore(slot);
        }
    }

    /** Waits for something to read in a slot, or for the end of the file. */
    public void watchInput(int slot, int fd) {
        set(slot, fd, POLLIN);
    }

    /** Waits for room to write in a slot, or for the reader to go. */
    public void watchOutput(int slot, int fd) {
        set(slot, fd, POLLOUT);
    }

    /** Leaves a slot out. */
    public void ignore(int slot) {
        set(slot, -1, (short) 0);
    }

    private void set(int slot, int fd, short events) {
        long base = (long) slot * ENTRY_BYTES;
        entries.set(JAVA_INT, base, fd);
        entries.set(JAVA_SHORT, base + EVENTS_OFFSET, events);
        entries.set(JAVA_SHORT, base + RESULT_OFFSET, (short) 0);
    }

    /**
     * Waits until a slot is ready, whatever signals come in between.
     *
     * @param timeoutMillis at most so long; negative: without end
     * @return the number of ready slots, 0 when time is up
     * @throws LinuxException ENOMEM
     */
    public int await(int timeoutMillis) throws LinuxException {
        long began = System.nanoTime();
        long ready = poll(timeoutMillis);
        while (ready == -Errno.EINTR) {
            ready = poll(timeoutMillis < 0 ? timeoutMillis : left(timeoutMillis, began));
        }
        return (int) LinuxException.check("poll", ready);
    }

    private static int left(int timeoutMillis, long began) {
        return (int) Math.max(0, timeoutMillis - (System.nanoTime() - began) / 1_000_000);
    }

    private long poll(int timeoutMillis) {
        try {
            // SAFETY: the entries are this object's, `slots` of them, and stay allocated until the kernel has written
            // to them, also where nobody looks at this object again.
            return Syscall.call(Syscall.POLL, entries.address(), slots, timeoutMillis);
        } finally {
            Reference.reachabilityFence(entries);
        }
    }

    /** Whether the last wait found a slot ready, its other side closed or in error: the next call on it won't block. */
    public boolean isReady(int slot) {
        return entries.get(JAVA_SHORT, (long) slot * ENTRY_BYTES + RESULT_OFFSET) != 0;
    }
}
