package io.agentfense.sandbox.event;

/** Who hears of what happens in one sandbox. Called by any thread, in the order of things; it must not block. */
@FunctionalInterface
public interface SandboxEvents {
    /** Nobody does. */
    SandboxEvents NOBODY = event -> {};

    /** Something happened. */
    void happened(SandboxEvent event);
}
