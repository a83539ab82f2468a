package io.agentfense.client;

/** What lies at a path. */
public enum FileType {
    FILE,
    DIRECTORY,
    SYMLINK,
    /** A device, a socket or a FIFO. */
    OTHER
}
