package io.agentfense.audit.forward;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How a receiver stands. Written by one thread, read by any. */
public final class Standing {
    private final Tip tip;
    private final InstantSource clock;
    private volatile long position;
    private volatile long received;
    private volatile long lost;
    private volatile long failures;
    private volatile long row;
    private volatile boolean up;
    private volatile @Nullable Instant waiting;

    Standing(Tip tip, long position, InstantSource clock) {
        this.tip = tip;
        this.position = position;
        this.clock = clock;
    }

    /** The number of the last record that counts as received. */
    public long position() {
        return position;
    }

    /** How many records have counted as received since the start. */
    public long received() {
        return received;
    }

    /** How many records it will not get: deleted before they could be sent, or refused. */
    public long lost() {
        return lost;
    }

    /** How many attempts have failed since the start. */
    public long failures() {
        return failures;
    }

    /** Whether the last attempt has not failed; false before the first. */
    public boolean isUp() {
        return up;
    }

    /** How many records wait to be received. */
    public long lagRecords() {
        return Math.max(0, tip.sequence() - position);
    }

    /** How long the oldest of them has been waiting; zero if none is. */
    public Duration lag() {
        Instant since = waiting;
        if (since == null || lagRecords() == 0) {
            return Duration.ZERO;
        }
        Duration lag = Duration.between(since, clock.instant());
        return lag.isNegative() ? Duration.ZERO : lag;
    }

    /** The time of the oldest record that waits; null if none is known to. */
    void waitsSince(@Nullable Instant time) {
        waiting = time;
    }

    void connected() {
        up = true;
    }

    void moved(long to) {
        position = to;
    }

    // Only one thread writes.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void receivedUpTo(long sequence) {
        received += sequence - position;
        position = sequence;
        row = 0;
        up = true;
    }

    // Only one thread writes.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void lost(long count) {
        lost += count;
    }

    /** How many failures that makes in a row. */
    // Only one thread writes.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    long failed() {
        failures++;
        up = false;
        return ++row;
    }
}
