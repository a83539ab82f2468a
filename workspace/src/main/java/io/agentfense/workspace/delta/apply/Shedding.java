package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import io.agentfense.workspace.Standstill.Use;
import io.agentfense.workspace.UserAttributes;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import io.agentfense.workspace.delta.Overlay;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Takes from a delta's upper what the base has too, so that the base shows through. Every single step leaves the tree that
 * the sandbox sees as it is, so there is nothing to be mended after a crash. What stays: what has not landed, what is in
 * use, files of several names (they would become several files), and files with attributes that the base's have not.
 *
 * <p>An opaque directory hides what the base has; it is opened up only if all of that is accounted for, name by name.
 * Confined to its thread, used once.
 */
final class Shedding {
    private final Delta delta;
    private final int upper;
    private final int base;
    private final Policy policy;
    private final Set<BytePath> remaining;
    private final Set<BytePath> leftAlone;
    private final Set<BytePath> arrived;
    private final Occupants occupants;
    private final Checkpoint checkpoint;
    private final Set<BytePath> kept = new HashSet<>();

    /** What directories looked like before they were marked. */
    private final Map<BytePath, Stat> before = new HashMap<>();

    /**
     * For a delta whose changes have been compared a moment ago.
     *
     * @param remaining paths at which the sandbox's side differs from the base's, and is to stay
     * @param leftAlone paths at which only the base's side has changed
     * @param arrived paths that have come to the base with this commit
     */
    Shedding(
            Delta delta,
            int base,
            Policy policy,
            Set<BytePath> remaining,
            Set<BytePath> leftAlone,
            Set<BytePath> arrived,
            Occupants occupants,
            Checkpoint checkpoint) {
        this.delta = delta;
        this.upper = delta.upper();
        this.base = base;
        this.policy = policy;
        this.remaining = remaining;
        this.leftAlone = leftAlone;
        this.arrived = arrived;
        this.occupants = occupants;
        this.checkpoint = checkpoint;
    }

    /** Sheds what can go; the paths that the upper still has something at. */
    Set<BytePath> run() throws LinuxException {
        if (delta.layers().isEmpty()) {
            Stat was = stat(upper, BytePath.ROOT);
            walk(BytePath.ROOT, policy.root());
            settle(BytePath.ROOT, was);
        } else {
            // A frozen layer may have something else at a path: nothing can be taken from above it.
            note(BytePath.ROOT);
        }
        return kept;
    }

    private void note(BytePath directory) throws LinuxException {
        for (Entry entry : Entry.list(upper, true, directory)) {
            kept.add(entry.path());
            if (entry.identity().isDirectory()) {
                note(entry.path());
            }
        }
    }

    /** Sheds below a directory that is not opaque. Whether nothing is left in it. */
    private boolean walk(BytePath directory, PathState state) throws LinuxException {
        boolean empty = true;
        for (Entry entry : Entry.list(upper, true, directory)) {
            boolean gone = shed(entry, state.child(entry.path().name()));
            if (!gone) {
                kept.add(entry.path());
            }
            empty &= gone;
        }
        return empty;
    }

    private boolean shed(Entry entry, PathState state) throws LinuxException {
        Identity identity = entry.identity();
        if (identity.isDirectory()) {
            return shedDirectory(entry, state);
        }
        Entry below = Entry.at(base, false, entry.path());
        if (Overlay.isWhiteout(entry)) {
            return !below.identity().exists() && remove(entry.path(), 0);
        }
        if (!identity.isPortable() || remaining.contains(entry.path())) {
            return false;
        }
        return shedLeaf(entry, below);
    }

    private boolean shedLeaf(Entry entry, Entry below) throws LinuxException {
        Use use = occupants.use(entry.path());
        Identity mine = entry.identity();
        Identity theirs = below.identity();
        boolean same = !leftAlone.contains(entry.path())
                && mine.type() == theirs.type()
                && mine.size() == theirs.size()
                && (mine.isSymlink() || mine.sameTime(theirs));
        boolean inUse = use == Use.WRITTEN || use == Use.NEEDED || (use == Use.READ && !same);
        Stat was = stat(upper, entry.path());
        if (inUse || was.links > 1 || !hasItsAttributes(entry, below)) {
            return false;
        }
        if (same) {
            occupants.moved(was, stat(base, entry.path()), false);
        }
        return remove(entry.path(), 0);
    }

    /** Whether the base's file has all attributes that programs gave the delta's. */
    private static boolean hasItsAttributes(Entry entry, Entry below) throws LinuxException {
        if (!entry.identity().isRegular()) {
            return true;
        }
        int mine = Beneath.open(entry.root(), entry.path().bytes(), OpenFlags.O_PATH);
        int theirs = Beneath.open(below.root(), below.path().bytes(), OpenFlags.O_PATH);
        try {
            return UserAttributes.holds(theirs, mine);
        } finally {
            Descriptor.close(mine);
            Descriptor.close(theirs);
        }
    }

    private boolean shedDirectory(Entry entry, PathState state) throws LinuxException {
        BytePath path = entry.path();
        Stat was = before.getOrDefault(path, stat(upper, path));
        Identity below = Entry.at(base, false, path).identity();
        if (Overlay.isOpaque(entry)) {
            if (!below.isDirectory() || !canOpen(path, state)) {
                note(path);
                return false;
            }
            closeBelow(path);
            checkpoint.reached();
            open(path);
        }
        boolean empty = walk(path, state);
        boolean leaves = empty
                && below.isDirectory()
                && !remaining.contains(path)
                && below.permissions() == entry.identity().permissions()
                && occupants.use(path) != Use.NEEDED
                && hasNoAttributes(path);
        boolean isNew = arrived.contains(path);
        if (below.isDirectory() && (leaves || isNew)) {
            occupants.moved(was, stat(base, path), !isNew);
        }
        boolean gone = leaves && remove(path, OpenFlags.AT_REMOVEDIR);
        if (!gone) {
            settle(path, was);
        }
        return gone;
    }

    /** What we did in a directory is nobody's business inside. */
    private void settle(BytePath path, Stat was) throws LinuxException {
        byte[] name = path.isRoot() ? new byte[] {'.'} : path.name();
        int parent = fd(upper, path.parent());
        At.utimens(parent, name, name.length, was.accessSeconds, was.accessNanos, was.modifySeconds, was.modifyNanos);
        Descriptor.close(parent);
        occupants.moved(was, stat(upper, path), true);
    }

    /** Whether an opaque directory hides nothing of the base but what the rules hide. */
    private boolean canOpen(BytePath path, PathState state) throws LinuxException {
        Set<BytePath> mine = new HashSet<>();
        for (Entry entry : Entry.list(upper, true, path)) {
            mine.add(entry.path());
        }
        for (Entry entry : Entry.list(base, false, path)) {
            PathState child = state.child(entry.path().name());
            boolean hidden = child.level() == Level.NONE && !child.mayBelow(Level.VIEW);
            if (!hidden && !mine.contains(entry.path())) {
                return false;
            }
        }
        return true;
    }

    /** Makes each directory in one that is to be opened hide the base by itself: it has been hidden until now. */
    private void closeBelow(BytePath path) throws LinuxException {
        for (Entry entry : Entry.list(upper, true, path)) {
            if (entry.identity().isDirectory()
                    && !Overlay.isOpaque(entry)
                    && Entry.at(base, false, entry.path()).identity().isDirectory()) {
                before.put(entry.path(), stat(upper, entry.path()));
                checkpoint.reached();
                Overlay.makeOpaque(entry);
            }
        }
    }

    private boolean hasNoAttributes(BytePath path) throws LinuxException {
        int fd = fd(upper, path);
        try {
            return UserAttributes.names(fd).isEmpty();
        } finally {
            Descriptor.close(fd);
        }
    }

    private void open(BytePath path) throws LinuxException {
        Overlay.clearOpaque(Entry.at(upper, true, path));
    }

    private boolean remove(BytePath path, int flags) throws LinuxException {
        checkpoint.reached();
        int parent = fd(upper, path.parent());
        try {
            byte[] name = path.name();
            int result = At.unlink(parent, name, name.length, flags);
            if (result == -Errno.ENOTEMPTY) {
                return false;
            }
            if (result != -Errno.ENOENT) {
                LinuxException.check("remove /" + path + " from the delta", result);
            }
            return true;
        } finally {
            Descriptor.close(parent);
        }
    }

    private static int fd(int root, BytePath path) throws LinuxException {
        return (int) LinuxException.check("open /" + path, Beneath.open(root, path.bytes(), OpenFlags.O_PATH));
    }

    private static Stat stat(int root, BytePath path) throws LinuxException {
        int fd = fd(root, path);
        try {
            Stat stat = new Stat();
            LinuxException.check("stat /" + path, stat.read(fd));
            return stat;
        } finally {
            Descriptor.close(fd);
        }
    }
}
