package io.agentfense.server.config;

/** What is done about credentials in files that are uploaded. */
public enum UploadSecrets {
    /** Nobody looks. */
    OFF,
    /** They are told to the caller and written down. */
    WARN,
    /** An upload with any is refused as a whole. */
    BLOCK
}
