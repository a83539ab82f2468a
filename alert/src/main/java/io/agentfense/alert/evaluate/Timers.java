package io.agentfense.alert.evaluate;

import java.util.Comparator;
import java.util.TreeSet;

/** What is to happen at times to come, in the order of these, and of one time in that of their setting. Not thread-safe. */
final class Timers {
    /** A time at which something is done. */
    record Timer(long at, long number, Runnable task) {}

    private final TreeSet<Timer> timers =
            new TreeSet<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
    private long set;

    Timer set(long at, Runnable task) {
        Timer timer = new Timer(at, set++, task);
        timers.add(timer);
        return timer;
    }

    void cancel(Timer timer) {
        timers.remove(timer);
    }

    /** Whether something is to be done at this time or before it. */
    boolean isDue(long now) {
        return !timers.isEmpty() && timers.first().at() <= now;
    }

    /** Takes the first; there must be one. */
    Timer take() {
        Timer first = timers.first();
        timers.remove(first);
        return first;
    }
}
