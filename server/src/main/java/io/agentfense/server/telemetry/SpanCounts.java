package io.agentfense.server.telemetry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Where the spans are that have ended, and what became of them. Thread-safe. */
public final class SpanCounts {
    /** That may wait to be sent, each of some hundred bytes. */
    static final int MOST_WAITING = 2048;

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    SpanCounts() {}

    /** Takes a place for one more to wait; false if there is none, which is counted. */
    boolean enter() {
        if (waiting.incrementAndGet() <= MOST_WAITING) {
            return true;
        }
        waiting.decrementAndGet();
        dropped.incrementAndGet();
        return false;
    }

    /** So many are being sent now. */
    void leave(int spans) {
        waiting.addAndGet(-spans);
    }

    /** What became of these. */
    void ended(int spans, boolean received) {
        (received ? sent : failed).addAndGet(spans);
    }

    /** That the collector has taken. */
    public long sent() {
        return sent.get();
    }

    /** That it did not take, or that could not be sent to it. */
    public long failed() {
        return failed.get();
    }

    /** For which there was no room to wait. */
    public long dropped() {
        return dropped.get();
    }
}
