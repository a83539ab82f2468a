package io.agentfense.sandbox.limit;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whether a group used its quota of processor time up for most of the latest while. A period that only now and then is too
 * short is no news: a limit on processor time is there to be reached. Not thread-safe.
 */
final class ThrottleWindow {
    /** How far it looks back. */
    static final long NANOS = 10_000_000_000L;

    /** Half of the periods of that time, which has ten a second. */
    static final long THRESHOLD = NANOS / 100_000_000 / 2;

    private record Sample(long at, long usedUp) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * Takes in what is counted by now.
     *
     * @param usedUp in how many periods so far the quota was used up
     * @return in how many of the window if that is more than half, and the window begins anew; else 0
     */
    long add(long usedUp, long now) {
        while (!samples.isEmpty() && now - samples.peekFirst().at() > NANOS) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(now, usedUp));
        long inWindow = usedUp - samples.peekFirst().usedUp();
        if (inWindow <= THRESHOLD) {
            return 0;
        }
        samples.clear();
        samples.addLast(new Sample(now, usedUp));
        return inWindow;
    }
}
