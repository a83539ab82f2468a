package io.agentfense.workspace;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;

/**
 * Whether all that lies below a directory of the top layer may be written, under its present name and under another: only
 * then may it be moved with all it holds. Where the rules alone decide, nothing is read.
 */
final class Subtree {
    private static final int MAX_DEPTH = 512;
    private static final int WRITE_ONLY = 1 << Level.WRITE.ordinal();

    private Subtree() {}

    /** Answers for a directory that lies in the top layer alone; what cannot be read counts as not writable. */
    static boolean isWritable(Tree tree, Node directory, PathState now, PathState then) {
        if (allBelow(now) && allBelow(then)) {
            return true;
        }
        int fd = tree.openForListing(directory, tree.top());
        return fd >= 0 && walk(fd, now, then, 0);
    }

    private static boolean allBelow(PathState state) {
        return (state.levelsBelow() & ~WRITE_ONLY) == 0;
    }

    /** Takes over the descriptor. */
    private static boolean walk(int fd, PathState now, PathState then, int depth) {
        try {
            Dirents entries = new Dirents();
            if (depth > MAX_DEPTH || entries.start(fd) < 0) {
                return false;
            }
            int more = entries.next();
            for (; more > 0; more = entries.next()) {
                PathState before = now.child(entries.name, 0, entries.length);
                PathState after = then.child(entries.name, 0, entries.length);
                boolean written = before.level() == Level.WRITE && after.level() == Level.WRITE;
                if (!written || (entries.type == Dirents.DT_DIR && !descend(fd, entries, before, after, depth))) {
                    return false;
                }
            }
            return more == 0;
        } finally {
            Descriptor.close(fd);
        }
    }

    private static boolean descend(int fd, Dirents entry, PathState now, PathState then, int depth) {
        if (allBelow(now) && allBelow(then)) {
            return true;
        }
        int child = Beneath.open(fd, entry.name, entry.length, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
        return child >= 0 && walk(child, now, then, depth + 1);
    }
}
