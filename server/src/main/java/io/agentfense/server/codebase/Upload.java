package io.agentfense.server.codebase;

import io.agentfense.server.store.Pending;

/**
 * A file on its way into a codebase. Nobody sees it until {@link #finish}. Confined to one thread at a time; must be
 * closed, which drops what came unless it was finished or can be resumed.
 */
public final class Upload implements AutoCloseable {
    Upload() {}

    /**
     * Takes more of the content.
     *
     * @throws CodebaseException {@code TooLarge}, {@code QuotaExceeded} or {@code Mismatch} as soon as it is certain
     */
    public void write(byte[] bytes, int offset, int length) throws CodebaseException {
        Pending.now();
    }

    /**
     * Puts the file in its place, replacing what was there at once.
     *
     * @throws CodebaseException if what came is not what was announced, or it can't be put there; nothing is changed
     */
    public UploadResult finish() throws CodebaseException {
        return Pending.now();
    }

    @Override
    public void close() {}
}
