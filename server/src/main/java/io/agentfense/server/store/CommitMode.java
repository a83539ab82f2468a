package io.agentfense.server.store;

/** When what a sandbox wrote lands in its codebase. */
public enum CommitMode {
    /** When a command has ended, before its caller hears of it. */
    ON_EXEC,
    /** When the sandbox is stopped. */
    ON_STOP,
    /** When somebody asks for it. */
    MANUAL
}
