package io.agentfense.server.config;

/**
 * What is done about credentials that a caller sends: in files of an upload, or in variables of a command, which whatever runs
 * in the sandbox can read.
 */
public enum SentSecrets {
    /** Nobody looks. */
    OFF,
    /** They are told to the caller and written down. */
    WARN,
    /** An upload with any is refused as a whole, and a command does not run. */
    BLOCK
}
