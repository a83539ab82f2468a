package io.agentfense.secret.tree;

import io.agentfense.secret.Finding;
import java.util.List;

/** Hears what a scan of a tree comes upon. Called by one thread at a time, in no order of files. */
public interface TreeListener {
    /**
     * Secrets were found in a file.
     *
     * @param path from the scanned directory on, in bytes, without a slash in front; the listener's to keep
     * @param findings in the order of the file, not empty
     */
    void found(byte[] path, List<Finding> findings);

    /**
     * A file or directory was not scanned, or not to its end, though it should have been.
     *
     * @param reason for people: {@code larger than 1073741824 bytes}
     */
    void skipped(byte[] path, String reason);
}
