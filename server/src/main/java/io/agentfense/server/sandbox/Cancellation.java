package io.agentfense.server.sandbox;

/** Tells of a client that went away, or took its request back. */
@FunctionalInterface
public interface Cancellation {
    /** Nobody will. */
    Cancellation NEVER = _ -> {};

    /** Has something done when it happens: by another thread, at once if it has happened already, at most once. */
    void onCancel(Runnable action);
}
