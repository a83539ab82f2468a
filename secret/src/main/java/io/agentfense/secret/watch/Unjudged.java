package io.agentfense.secret.watch;

import java.util.HashMap;
import java.util.Map;

/** What has changed in a tree and was not judged yet. Thread-safe. */
final class Unjudged {
    /** Whether content changed, by the names where something did. Guarded by this. */
    private final Map<String, Boolean> names = new HashMap<>();

    /** Guarded by this. */
    private boolean lost;

    /**
     * What was taken to be judged.
     *
     * @param names where something changed, and whether content did
     * @param lost whether something else changed, and nobody knows what
     */
    record Taken(Map<String, Boolean> names, boolean lost) {}

    /** Something changed at a name. */
    synchronized void add(String name, boolean rewritten) {
        names.merge(name, rewritten, Boolean::logicalOr);
    }

    /** Something changed, and nobody knows what. */
    synchronized void lose() {
        lost = true;
    }

    synchronized boolean isEmpty() {
        return !lost && names.isEmpty();
    }

    /** All of it, which is the caller's to judge from now on. */
    synchronized Taken take() {
        Taken taken = new Taken(Map.copyOf(names), lost);
        clear();
        return taken;
    }

    synchronized void clear() {
        names.clear();
        lost = false;
    }
}
