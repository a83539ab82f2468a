package io.agentfense.server.store;

/** What isolates a sandbox's processes. */
public enum RuntimeKind {
    BWRAP,
    DOCKER
}
