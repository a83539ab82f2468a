package io.agentfense.server.store;

/** What a commit does with a path that the codebase's side changed as well. */
public enum ConflictMode {
    /** The sandbox's state replaces it; the conflict is recorded. */
    LAST_WRITER,
    /** Nothing lands, and the commit names the paths. */
    FAIL
}
