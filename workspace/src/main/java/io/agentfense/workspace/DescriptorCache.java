package io.agentfense.workspace;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many descriptors a workspace keeps: the machines allow 20,000, trees may have millions of files. A clock
 * over a ring: a descriptor that was used since the hand last passed gets a second chance, one that is held stays.
 *
 * <p>Thread-safe; the lock is taken when a descriptor is opened, never when an open one is used.
 */
final class DescriptorCache {
    private final @Nullable OpenFile[] ring;
    private int hand;
    private final LongAdder kept = new LongAdder();
    private final LongAdder opened = new LongAdder();

    /** A cache of up to {@code capacity} idle descriptors. */
    DescriptorCache(int capacity) {
        ring = new OpenFile[capacity];
    }

    /** Enrols a descriptor, and retires another if the ring is full. */
    synchronized void add(OpenFile file) {
        opened.increment();
        for (int turns = 0; turns < 2 * ring.length; turns++) {
            hand = hand + 1 == ring.length ? 0 : hand + 1;
            OpenFile candidate = ring[hand];
            if (candidate == null || candidate.retired()) {
                ring[hand] = file;
                return;
            }
            if (candidate.touched) {
                candidate.touched = false;
            } else if (candidate.retireIfIdle()) {
                ring[hand] = file;
                return;
            }
        }
        // Every single one is in use at this moment: this one lives outside the ring until its node lets it go.
    }

    /** Counts that one was open when it was wanted. */
    void reused() {
        kept.increment();
    }

    /** What was counted so far. */
    DescriptorUse use() {
        return new DescriptorUse(kept.sum(), opened.sum());
    }

    /** Retires all; those in use are closed when they are let go. */
    synchronized void clear() {
        for (int i = 0; i < ring.length; i++) {
            OpenFile file = ring[i];
            if (file != null) {
                file.retire();
                ring[i] = null;
            }
        }
    }
}
