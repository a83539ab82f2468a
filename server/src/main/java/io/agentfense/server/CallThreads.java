package io.agentfense.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for calls that wait: as many as there are calls at one time, up to a limit, beyond which calls queue. One that is
 * idle takes the next call before another is made, and goes after a minute, so that an idle server has few. A scheduled
 * executor of the library makes all its threads one by one, and keeps them. Thread-safe.
 */
final class CallThreads extends ThreadPoolExecutor implements ScheduledExecutorService {
    private static final long IDLE_SECONDS = 60;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("call-timer").factory());

    /** At most so many threads, one more for what is scheduled. */
    CallThreads(int most) {
        this(most, new HandOver());
    }

    private CallThreads(int most, HandOver queue) {
        super(
                0,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                queue,
                Thread.ofPlatform().daemon().name("call-", 0).factory(),
                (task, pool) -> queue.wait(task, pool));
    }

    /** Takes a task only for a thread that waits for one, so that the pool makes a thread for it otherwise. */
    private static final class HandOver extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        /** All threads are at work and there may be no more. */
        private void wait(Runnable task, ThreadPoolExecutor pool) {
            if (pool.isShutdown()) {
                throw new RejectedExecutionException("the server is stopping");
            }
            put(task);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return timer.schedule(task, delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return timer.schedule(task, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        return timer.scheduleAtFixedRate(task, first, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        return timer.scheduleWithFixedDelay(task, first, delay, unit);
    }

    @Override
    public void shutdown() {
        timer.shutdown();
        super.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Runnable> left = new ArrayList<>(timer.shutdownNow());
        left.addAll(super.shutdownNow());
        return left;
    }
}
