package io.agentfense.client;

/** What a rule lets the sandbox do with the paths that it matches; each includes those before it. */
public enum Permission {
    /** The path does not exist inside. */
    NONE,
    /** It is listed, and that is all. */
    VIEW,
    /** Its content can be read, and executed. */
    READ,
    /** It can be created, changed, renamed and removed. */
    WRITE
}
