package io.agentfense.client;

/** What stands around the processes of a sandbox. */
public enum RuntimeType {
    /** Bubblewrap, with the programs of the server's machine. */
    BWRAP,
    /** A container of the server's engine, with those of an image. */
    DOCKER
}
