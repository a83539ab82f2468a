package io.agentfense.server.store;

/** What kind of caller somebody is; what each may do is in the access package's table. */
public enum Role {
    /** Has codebases and sandboxes of its own. */
    USER,
    /** Looks at everything, changes nothing. */
    AUDITOR,
    /** May do everything. */
    ADMIN
}
