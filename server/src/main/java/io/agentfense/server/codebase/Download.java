package io.agentfense.server.codebase;

import io.agentfense.server.store.Pending;

/** A file of a codebase that is read: as it was when it was opened, also if it is replaced meanwhile. Not thread-safe. */
public final class Download implements AutoCloseable {
    Download() {}

    /** The file's size in bytes when it was opened. */
    public long size() {
        return Pending.now();
    }

    /** Reads on into the start of an array; how many bytes, or -1 at the end. */
    public int read(byte[] buffer) throws CodebaseException {
        return Pending.now();
    }

    @Override
    public void close() {}
}
