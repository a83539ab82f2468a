package io.agentfense.workspace;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;

/**
 * Whether a directory that the rules hide has something visible below, and so is there as a bare directory.
 *
 * <p>Where the rules alone decide, nothing is read. Otherwise the directories below are walked until the first visible
 * thing, on the merged tree.
 */
final class Visibility {
    private static final int MAX_DEPTH = 512;

    private final Tree tree;

    Visibility(Tree tree) {
        this.tree = tree;
    }

    /** Whether a located directory of this state has anything visible below it. */
    boolean below(Node parent, byte[] name, int length, PathState state, int layers) {
        if (!state.mayBelow(Level.VIEW)) {
            return false;
        }
        for (Layer layer : tree.topDown) {
            if ((layers & layer.bit()) != 0 && belowIn(parent, layer, name, length, state)) {
                return true;
            }
        }
        return false;
    }

    private boolean belowIn(Node parent, Layer layer, byte[] name, int length, PathState state) {
        OpenFile held = tree.directory(parent, layer);
        if (held == null) {
            return false;
        }
        int fd = Beneath.open(held.fd, name, length, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
        held.release();
        return fd >= 0 && walk(fd, layer, state, 0);
    }

    /** Takes over the descriptor. Entries of a delta may be whiteouts, which are nothing. */
    private boolean walk(int fd, Layer layer, PathState state, int depth) {
        try {
            Dirents entries = new Dirents();
            if (depth > MAX_DEPTH || entries.start(fd) < 0) {
                return false;
            }
            while (entries.next() > 0) {
                PathState child = state.child(entries.name, 0, entries.length);
                boolean whiteout = layer.delta && entries.type == Dirents.DT_CHR;
                if (child.level().atLeast(Level.VIEW) && !whiteout) {
                    return true;
                }
                boolean directory = entries.type == Dirents.DT_DIR || entries.type == Dirents.DT_UNKNOWN;
                if (directory && child.mayBelow(Level.VIEW) && descend(fd, entries, layer, child, depth)) {
                    return true;
                }
            }
            return false;
        } finally {
            Descriptor.close(fd);
        }
    }

    private boolean descend(int fd, Dirents entry, Layer layer, PathState state, int depth) {
        int child = Beneath.open(fd, entry.name, entry.length, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
        return child >= 0 && walk(child, layer, state, depth + 1);
    }
}
