package io.agentfense.workspace.delta.apply;

/** Told before each change that an apply makes on disk, so that a test can end the process at any of them. */
@FunctionalInterface
interface Checkpoint {
    /** Does nothing. */
    Checkpoint NONE = () -> {};

    void reached();
}
