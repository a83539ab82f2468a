package io.agentfense.client;

/** Hears how far an upload is. */
@FunctionalInterface
public interface UploadListener {
    /**
     * So much is packed: after each file, and within a large one after each MiB or so. What fails here fails the upload.
     * Called by a thread of the upload, one call at a time.
     *
     * @param files whole ones
     * @param bytes of their contents
     */
    void onProgress(long files, long bytes);
}
