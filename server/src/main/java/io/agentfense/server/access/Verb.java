package io.agentfense.server.access;

/** What a call does with an object, as far as authorization cares. */
public enum Verb {
    /** Looks at an object: get, list, download, diff, explain, denials. */
    READ,
    /** Makes an object for somebody: a codebase, or a sandbox over one. */
    CREATE,
    /** Changes an object: start, stop, upload, commit, rules. */
    CHANGE,
    /** Runs something in a sandbox: commands, sessions, terminals, its files. */
    EXECUTE,
    /** Removes an object. */
    DELETE,
    /** Users and keys. */
    ADMINISTER
}
