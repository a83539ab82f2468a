package io.agentfense.workspace;

import io.agentfense.fuse.Session;

/**
 * Decides which opens the kernel serves from the file itself, past this process (FUSE_PASSTHROUGH, Linux 6.9).
 *
 * <p>All opens of one file at one time must agree, through the page cache or past it, so the first decides for as long as
 * any is open. Writers of files in the top layer go past it; readers do if a writer has. A file of a lower layer is never
 * passed through: it may be copied up while it is open, and its readers would go on with what it was.
 *
 * <p>The caller holds the file's monitor.
 */
final class Passthrough {
    private final Session session;
    private final Tree tree;
    private volatile boolean usable;

    /** For a session; unusable if the kernel did not agree, or if the mount must see every write. */
    Passthrough(Session session, Tree tree, boolean wanted) {
        this.session = session;
        this.tree = tree;
        this.usable = wanted && session.passthrough();
    }

    /** Whether a descriptor of the file is worth having at hand for {@link #open}; a hint, taken without the monitor. */
    boolean mayServe(Node file) {
        return usable && tree.isOnTop(file) && file.isRegular();
    }

    /**
     * A new open of a file.
     *
     * @param fd a descriptor of the file, or -1 if none is at hand
     * @return the backing id to answer with, 0 for an open through the page cache
     */
    int open(Node file, boolean writes, int fd) {
        if (file.backing == 0 && writes && usable && file.cachedOpens == 0 && tree.isOnTop(file) && fd >= 0) {
            int id = session.openBacking(fd);
            if (id > 0) {
                file.backing = id;
            } else {
                usable = false;
            }
        }
        if (file.backing == 0) {
            file.cachedOpens++;
            return 0;
        }
        file.passedOpens++;
        file.cacheStale |= writes;
        return file.backing;
    }

    /** The end of an open. */
    void release(Node file, boolean passed) {
        if (!passed) {
            file.cachedOpens--;
        } else if (--file.passedOpens == 0) {
            session.closeBacking(file.backing);
            file.backing = 0;
        }
    }
}
