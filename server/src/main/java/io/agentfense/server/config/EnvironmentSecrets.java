package io.agentfense.server.config;

/** What is done about variables of commands that look like credentials: whatever runs in the sandbox can read them. */
public enum EnvironmentSecrets {
    /** Nobody looks. */
    OFF,
    /** The caller is told, and it is written down. */
    WARN,
    /** The command does not run. */
    BLOCK
}
