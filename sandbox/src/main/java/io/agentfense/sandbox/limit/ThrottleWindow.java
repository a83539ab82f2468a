package io.agentfense.sandbox.limit;

import io.agentfense.linux.cgroup.CpuThrottling;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whether a group had to wait for processor time for most of the latest while. A period that only now and then is too
 * short is no news: a limit on processor time is there to be reached. Not thread-safe.
 */
final class ThrottleWindow {
    /** How far it looks back. */
    static final long NANOS = 10_000_000_000L;

    /** Half of the periods of that time, which has ten a second. */
    static final long THRESHOLD = NANOS / 100_000_000 / 2;

    private record Sample(long at, long throttled) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * Takes in what the group counts by now.
     *
     * @return in how many periods of the window it was throttled if that is more than half, and the window begins anew;
     *     else 0
     */
    long add(CpuThrottling counted, long now) {
        while (!samples.isEmpty() && now - samples.peekFirst().at() > NANOS) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(now, counted.throttled()));
        long throttled = counted.throttled() - samples.peekFirst().throttled();
        if (throttled <= THRESHOLD) {
            return 0;
        }
        samples.clear();
        samples.addLast(new Sample(now, counted.throttled()));
        return throttled;
    }
}
