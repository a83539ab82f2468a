package io.agentfense.server.sandbox;

import io.agentfense.audit.AuditEvent;
import java.util.function.Supplier;

/** Where all that happens is written down for good. Thread-safe. */
public interface Trail {
    /**
     * Makes sure that what is about to be done can be written down.
     *
     * @throws Refusal UNAVAILABLE if it can't at present
     */
    void check() throws Refusal;

    /**
     * Writes down what was done, and returns once that is acknowledged.
     *
     * @throws Refusal UNAVAILABLE if it could not be
     */
    default void record(AuditEvent event) throws Refusal {
        begin(event).await();
    }

    /**
     * Begins to write down what was done, for a caller who has more to do before it answers.
     *
     * @throws Refusal UNAVAILABLE if it can't be
     */
    Pending begin(AuditEvent event) throws Refusal;

    /** What is on its way to where it is kept. */
    @FunctionalInterface
    interface Pending {
        /**
         * Waits until it is acknowledged.
         *
         * @throws Refusal UNAVAILABLE if it could not be written down
         */
        void await() throws Refusal;
    }

    /** Has what was written down until now be provable within a second. */
    void urgeProof();

    /** The same of what nobody can be refused any more; if that is not possible, the server's log says so. */
    void note(AuditEvent event);

    /** Writes down what was heard on a thread that must not wait. If there is no room, the loss is written down. */
    void offer(AuditEvent event);

    /**
     * Writes down what a sandbox may do again and again: the first of each kind, and the rest of a few seconds as a count.
     * Waits for nothing.
     *
     * @param sandboxId whose flood takes no room from others
     * @param kind what makes two of them the same
     * @param event makes it, if it is the first of its kind
     */
    void repeated(String sandboxId, Object kind, Supplier<AuditEvent> event);
}
