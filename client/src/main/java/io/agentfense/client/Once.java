package io.agentfense.client;

import java.util.concurrent.atomic.AtomicBoolean;

/** Does something the first time. Thread-safe. */
final class Once implements Runnable {
    private final AtomicBoolean due = new AtomicBoolean(true);
    private final Runnable action;

    Once(Runnable action) {
        this.action = action;
    }

    @Override
    public void run() {
        if (due.getAndSet(false)) {
            action.run();
        }
    }
}
