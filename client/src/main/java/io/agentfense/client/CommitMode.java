package io.agentfense.client;

/** When what a sandbox wrote lands in its codebase. */
public enum CommitMode {
    /** After each command. */
    ON_EXEC,
    /** When the sandbox is stopped. */
    ON_STOP,
    /** When it is asked for, by {@link Sandbox#commit()}. */
    MANUAL
}
