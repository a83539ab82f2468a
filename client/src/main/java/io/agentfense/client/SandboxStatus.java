package io.agentfense.client;

/** Where a sandbox is in its life. */
public enum SandboxStatus {
    /** Created and not started yet. */
    PENDING,
    /** Takes commands. */
    RUNNING,
    /** Stopped; it can be started again. */
    STOPPED,
    /** A start failed, or it died; it can be started again. */
    ERROR
}
