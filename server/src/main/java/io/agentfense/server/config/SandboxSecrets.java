package io.agentfense.server.config;

/** What is done about credentials in the files that a sandbox is given. */
public enum SandboxSecrets {
    /** Nobody looks. */
    OFF,
    /** They are told and written down. */
    WARN,
    /** The sandbox is not started. */
    BLOCK,
    /** A file with any is not there, whatever the rules say. */
    HIDE
}
