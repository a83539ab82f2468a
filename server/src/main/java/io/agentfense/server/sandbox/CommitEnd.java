package io.agentfense.server.sandbox;

/** What became of a commit. */
public enum CommitEnd {
    /** Something landed. */
    LANDED,
    /** There was nothing to land. */
    UNCHANGED,
    /** Nothing landed, since both sides had changed a path. */
    CONFLICT,
    /** Nothing landed, since something broke here or its request can't be met. */
    FAILED
}
