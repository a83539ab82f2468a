package io.agentfense.server.trace;

import java.time.Duration;
import java.util.Optional;

/**
 * Hears of the steps of calls. What is done outside of any call, and in one that nobody traces, is {@link Step#UNSEEN}; that
 * costs nothing. Waits for nothing and throws nothing. Thread-safe.
 */
public interface Tracer {
    /** Sees nothing. */
    Tracer NONE = new Tracer() {
        @Override
        public Step begin(String name) {
            return Step.UNSEEN;
        }

        @Override
        public Step aside(String name) {
            return Step.UNSEEN;
        }

        @Override
        public void past(String name, Duration ago, Duration took) {}

        @Override
        public void caller(String userId) {}

        @Override
        public Optional<String> inside() {
            return Optional.empty();
        }
    };

    /** Begins a step of what the thread does; what the thread begins before its close is part of it. */
    Step begin(String name);

    /** The same of a step beside which the thread goes on; any thread may close it. */
    Step aside(String name);

    /**
     * A step that is over.
     *
     * @param ago how long before now it ended
     */
    void past(String name, Duration ago, Duration took);

    /** Who makes the call that the thread works on. */
    void caller(String userId);

    /**
     * The thread's present step as a W3C {@code traceparent}, for a command that is to know it; nothing if commands are not
     * to.
     */
    Optional<String> inside();
}
