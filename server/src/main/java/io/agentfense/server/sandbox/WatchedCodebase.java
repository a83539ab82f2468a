package io.agentfense.server.sandbox;

import io.agentfense.linux.LinuxException;
import io.agentfense.secret.watch.WatchedTree;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files of a codebase as far as they hold secrets, for the sandboxes over it: watched while there are any. Thread-safe. */
final class WatchedCodebase {
    private final Set<Withholding> users = ConcurrentHashMap.newKeySet();
    private final WatchedTree tree;

    /** Written under this one's monitor, which is held for as long as a scan takes. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private volatile int entered;

    WatchedCodebase(Opening opening) throws LinuxException {
        this.tree = opening.open(() -> users.forEach(Withholding::changed));
    }

    /** Makes the tree, which is to tell of changes. */
    @FunctionalInterface
    interface Opening {
        WatchedTree open(Runnable changed) throws LinuxException;
    }

    WatchedTree tree() {
        return tree;
    }

    /**
     * Another sandbox is to start over it: when this returns all files are judged, and changes are from now on.
     *
     * @throws LinuxException if they can't be; then nobody has entered
     */
    synchronized void enter() throws LinuxException {
        entered++;
        boolean done = false;
        try {
            if (entered == 1) {
                tree.resume();
            } else {
                tree.settle();
            }
            done = true;
        } finally {
            if (!done) {
                entered--;
            }
        }
    }

    /** It has ended, or did not start. */
    synchronized void leave() {
        if (--entered == 0) {
            tree.pause();
        }
    }

    /** Whether somebody has entered, or is about to. */
    boolean isUsed() {
        return entered > 0;
    }

    Set<Withholding> users() {
        return users;
    }
}
