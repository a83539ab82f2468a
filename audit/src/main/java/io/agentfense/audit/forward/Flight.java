package io.agentfense.audit.forward;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What was sent by one link and does not count as received yet. Not thread-safe. */
final class Flight {
    private record Sent(long last, Instant since) {}

    private final Deque<Sent> flying = new ArrayDeque<>();
    private long last;

    /**
     * Nothing yet.
     *
     * @param after the last record that counts as received
     */
    Flight(long after) {
        last = after;
    }

    void sent(Batch batch) {
        flying.add(new Sent(batch.last().sequence(), batch.first().event().timestamp()));
        last = batch.last().sequence();
    }

    void received(long sequence) {
        while (!flying.isEmpty() && flying.getFirst().last() <= sequence) {
            flying.removeFirst();
        }
    }

    /** The number of the last record that was sent. */
    long last() {
        return last;
    }

    boolean isEmpty() {
        return flying.isEmpty();
    }

    /** The time of the first record that flies. */
    Optional<Instant> since() {
        return Optional.ofNullable(flying.peekFirst()).map(Sent::since);
    }
}
