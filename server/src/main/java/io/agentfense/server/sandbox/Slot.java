package io.agentfense.server.sandbox;

import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this process has of one sandbox. Starting, stopping and destroying it hold the lock, so that they come one after
 * the other for one sandbox and never wait for another; commands look at {@link #running} without it.
 */
final class Slot {
    final ReentrantLock lifecycle = new ReentrantLock();
    volatile @Nullable RunningSandbox running;

    /** What will end {@link #running}, if it may run only for so long. Under the lock. */
    @Nullable
    Future<?> overtime;

    /** Takes what runs out, for whoever ends it. Under the lock. */
    @Nullable
    RunningSandbox vacate() {
        RunningSandbox was = running;
        running = null;
        forgetTime();
        return was;
    }

    /** Nothing will end what runs by itself. Under the lock. */
    void forgetTime() {
        if (overtime != null) {
            overtime.cancel(false);
            overtime = null;
        }
    }
}
