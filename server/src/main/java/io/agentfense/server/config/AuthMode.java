package io.agentfense.server.config;

/** Whether callers must say who they are. */
public enum AuthMode {
    /** Everybody who reaches the server may do everything. */
    NONE,
    /** Every call needs an API key or a token. */
    REQUIRED
}
