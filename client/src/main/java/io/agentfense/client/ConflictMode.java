package io.agentfense.client;

/** What a commit does with a path that both sides changed. */
public enum ConflictMode {
    /** The sandbox's file replaces the codebase's; the commit says so. */
    LAST_WRITER,
    /** Nothing lands, and the commit names the paths. */
    FAIL
}
