package io.agentfense.workspace;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import java.util.Arrays;

/**
 * What a sandbox would see of a codebase, found without mounting anything: every path that is there and visible, with
 * its level. Directories that only a sandbox adds are left out. Not thread-safe.
 */
public final class VisibleTree implements AutoCloseable {
    private final Layer base;
    private final Policy policy;
    private final HardLinks hardLinks;

    private VisibleTree(Layer base, Policy policy) {
        this.base = base;
        this.policy = policy;
        this.hardLinks = new HardLinks(base, policy);
    }

    /**
     * Opens a codebase.
     *
     * @throws LinuxException if it is not there or can't be read
     */
    public static VisibleTree open(String base, Policy policy) throws LinuxException {
        return new VisibleTree(new Layer(Descriptor.openDirectory(base), 0, false), policy);
    }

    /** Takes what is found. A bare directory, there only for what lies below it, has the level NONE. */
    @FunctionalInterface
    public interface Visitor {
        /** A visible path, with a slash in front, and its level. The array is the visitor's own. */
        void visit(byte[] path, Level level);
    }

    /**
     * Visits all that is visible; a directory after what lies below it.
     *
     * @throws LinuxException if a directory can't be read
     */
    public void walk(Visitor visitor) throws LinuxException {
        walk(Beneath.open(base.root, new byte[0], flags()), new byte[0], policy.root(), visitor);
    }

    private static int flags() {
        return OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    }

    /** Takes over the descriptor; whether anything visible was below. */
    private boolean walk(int fd, byte[] path, PathState state, Visitor visitor) throws LinuxException {
        LinuxException.check("open a directory of the codebase", fd);
        boolean any = false;
        try {
            Dirents entries = new Dirents();
            Stat stat = new Stat();
            LinuxException.check("list a directory of the codebase", entries.start(fd));
            while (entries.next() > 0) {
                PathState child = state.child(entries.name, 0, entries.length);
                if (stat.read(fd, entries.name, entries.length) == 0) {
                    any |= visit(fd, path, entries, stat, child, visitor);
                }
            }
            return any;
        } finally {
            Descriptor.close(fd);
        }
    }

    private boolean visit(int fd, byte[] parent, Dirents entry, Stat stat, PathState state, Visitor visitor)
            throws LinuxException {
        byte[] path = Arrays.copyOf(parent, parent.length + 1 + entry.length);
        path[parent.length] = '/';
        System.arraycopy(entry.name, 0, path, parent.length + 1, entry.length);
        Level level = state.level();
        boolean below = false;
        if (stat.isDirectory()) {
            if (state.mayBelow(Level.VIEW)) {
                below = walk(Beneath.open(fd, entry.name, entry.length, flags(), 0), path, state, visitor);
            }
        } else if (stat.links > 1) {
            level = hardLinks.level(stat, level);
        }
        boolean visible = below || level.atLeast(Level.VIEW);
        if (visible) {
            visitor.visit(path, level);
        }
        return visible;
    }

    @Override
    public void close() {
        base.close();
    }
}
