package io.agentfense.workspace;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether anything in the top layer may have changed since somebody last looked. Raised within the request that makes a
 * change; what the kernel writes past this process counts as changing all the time. Thread-safe.
 */
final class ChangeMark {
    private final AtomicInteger passing = new AtomicInteger();

    /** What an earlier mount left has not been looked at either. */
    private volatile boolean raised = true;

    void raise() {
        if (!raised) {
            raised = true;
        }
    }

    /** One more writer, or one less, of whose writes nothing is heard. */
    void passes(int writers) {
        passing.addAndGet(writers);
    }

    boolean isRaised() {
        return raised || passing.get() > 0;
    }

    /** To be called while no request is answered, before looking. */
    void lower() {
        raised = false;
    }
}
