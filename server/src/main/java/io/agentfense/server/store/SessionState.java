package io.agentfense.server.store;

/** Where a session is in its life; a closed one never opens again. */
public enum SessionState {
    ACTIVE,
    CLOSED
}
