package io.agentfense.server.sandbox;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends what has run for as long as it may: one thread waits for all of them. Thread-safe. */
final class Overtime implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("overtime").daemon().factory());

    Overtime() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Has something ended once a time has passed, by a thread of its own, since it may take long.
     *
     * @return to be cancelled if it ends before
     */
    Future<?> after(Duration time, Runnable end) {
        return timer.schedule(
                () -> Thread.ofPlatform().name("overtime-end").daemon().start(end),
                time.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Ends nothing any more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
