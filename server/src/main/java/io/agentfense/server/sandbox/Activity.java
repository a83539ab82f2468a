package io.agentfense.server.sandbox;

import io.agentfense.sandbox.event.SandboxEvent;
import java.time.Duration;
import java.util.Map;

/**
 * Hears what sandboxes do, to count it. Each method is called on the thread that did it, which waits: it returns soon and
 * throws nothing. Thread-safe.
 */
public interface Activity {
    /**
     * A sandbox started.
     *
     * @param phases how long its steps took
     */
    void started(Duration took, Map<String, Duration> phases);

    /** A sandbox was to start and could not. */
    void startFailed(Duration took);

    /**
     * A command that somebody waited for came to an end.
     *
     * @param took from the request to its answer, the commit included
     */
    void commandEnded(CommandEnd end, Duration took);

    /** Something happened in a sandbox. */
    void happened(SandboxEvent event);

    /**
     * What a sandbox wrote was to land in its codebase.
     *
     * @param conflicts how many paths both sides had changed
     */
    void committed(CommitEnd end, int conflicts);
}
