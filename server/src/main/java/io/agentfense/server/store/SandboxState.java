package io.agentfense.server.store;

import java.util.Set;

/** Where a sandbox is in its life. Which state may follow which is decided here alone. */
public enum SandboxState {
    /** Created and never started. */
    PENDING,
    /** Takes commands. */
    RUNNING,
    /** Stopped; its delta is kept, and it can be started again. */
    STOPPED,
    /** A start failed, or it died; the reason says how. It can be started again. */
    ERROR;

    /** The states that may follow this one. */
    public Set<SandboxState> next() {
        return switch (this) {
            case PENDING, STOPPED -> Set.of(RUNNING, ERROR);
            case RUNNING -> Set.of(STOPPED, ERROR);
            case ERROR -> Set.of(RUNNING, STOPPED, ERROR);
        };
    }

    /** Whether {@code state} may follow this one. */
    public boolean canBecome(SandboxState state) {
        return next().contains(state);
    }
}
