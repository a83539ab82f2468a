package io.agentfense.workspace;

import io.agentfense.fuse.Notifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Directories whose listing leaves out a directory that something visible may yet come into. Nothing below such a one is
 * watched, so the kernel is made to ask for these listings again every second. Thread-safe.
 */
final class Undecided implements AutoCloseable {
    private static final long EVERY_MILLIS = 1000;

    private final Notifier notifier;
    private final Set<Node> directories = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private boolean started;

    Undecided(Notifier notifier) {
        this.notifier = notifier;
    }

    /** Has a directory's listing asked for again from now on. */
    void add(Node directory) {
        if (directories.add(directory)) {
            start();
        }
    }

    private synchronized void start() {
        if (!started) {
            started = true;
            Thread.ofPlatform().daemon().name("undecided").start(this::run);
        }
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(EVERY_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            directories.removeIf(directory -> closed || !directory.known());
            directories.forEach(directory -> notifier.node(directory.id));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
