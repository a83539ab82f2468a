package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import io.agentfense.secret.mask.Masking;
import io.agentfense.workspace.delta.Change.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One walk over a delta's trees, beside the base. Directories wait in a list for their turn, so that a deep tree costs no
 * stack and one descriptor per tree. Confined to a thread, used once.
 */
final class ChangeScan {
    private final List<Integer> roots;
    private final int base;
    private final PathState start;
    private final Scaffold scaffold;
    private final Map<BytePath, Identity> origins;
    private final @Nullable Masking masking;
    private final List<Change> changes = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final Set<BytePath> leftAlone = new HashSet<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final List<Change> ways = new ArrayList<>();

    /**
     * A directory of the delta to be walked.
     *
     * @param inBase whether the base has a directory there
     * @param covered whether the sandbox sees nothing of that one
     */
    private record Pending(Merged.Directory directory, PathState state, boolean inBase, boolean covered) {}

    /** Something of the base that the sandbox deleted. */
    private record Doomed(Entry entry, PathState state) {}

    ChangeScan(
            List<Integer> roots, int base, Policy policy, Map<BytePath, Identity> origins, @Nullable Masking masking) {
        this.roots = roots;
        this.base = base;
        this.start = policy.root();
        this.scaffold = Scaffold.of(policy.rules());
        this.origins = origins;
        this.masking = masking;
    }

    Changes run() throws LinuxException {
        Entry before = Entry.at(base, false, BytePath.ROOT);
        Entry after = Entry.at(roots.getFirst(), true, BytePath.ROOT);
        // The upper's root is made with the base's mode, and has an origin only if the sandbox changed it.
        if (origins.containsKey(BytePath.ROOT)) {
            compareModes(before, after, start);
        }
        pending.push(new Pending(new Merged.Directory(after, roots, false), start, true, false));
        while (!pending.isEmpty()) {
            walk(pending.pop());
        }
        keepNeededWays();
        return new Changes(changes, skipped, leftAlone);
    }

    /** Compares what the delta says of one directory's names. */
    private void walk(Pending turn) throws LinuxException {
        Merged.Directory directory = turn.directory();
        PathState state = turn.state();
        boolean inBase = turn.inBase();
        BytePath path = directory.entry().path();
        SortedMap<BytePath, Merged> names = Overlay.list(path, directory.roots());
        if (turn.covered() && inBase) {
            for (Entry entry : Entry.list(base, false, path)) {
                if (!names.containsKey(entry.path())) {
                    delete(entry, child(state, entry.path()));
                }
            }
        }
        for (Map.Entry<BytePath, Merged> name : names.entrySet()) {
            BytePath child = name.getKey();
            if (child.length() > BytePath.MAX_BYTES) {
                skipped.add(new Skipped(child, "a path of more than " + BytePath.MAX_BYTES + " bytes"));
                continue;
            }
            Entry before = inBase ? Entry.at(base, false, child) : absent(child);
            compare(before, name.getValue(), child(state, child), turn.covered());
        }
    }

    private void compare(Entry before, Merged merged, PathState state, boolean covered) throws LinuxException {
        switch (merged) {
            case Merged.Deleted() -> {
                if (before.identity().exists()) {
                    delete(before, state);
                }
            }
            case Merged.Leaf(Entry after) -> compareLeaf(before, after, state);
            case Merged.Directory directory -> compareDirectory(before, directory, state, covered);
        }
    }

    private void compareLeaf(Entry before, Entry after, PathState state) throws LinuxException {
        Identity now = before.identity();
        Identity mine = after.identity();
        if (!mine.isPortable()) {
            skipped.add(new Skipped(after.path(), describe(mine.type())));
        } else if (isLeftAlone(before, after)) {
            leftAlone.add(after.path());
        } else if (!now.exists()) {
            add(Kind.ADDED, before, after, state);
        } else if (now.type() != mine.type()) {
            deleteBelow(before, state);
            add(Kind.TYPE, before, after, state);
        } else if (!isSame(before, after, state)) {
            add(Kind.MODIFIED, before, after, state);
        } else if (mine.isRegular()) {
            compareModes(before, after, state);
        }
    }

    private boolean isSame(Entry before, Entry after, PathState state) throws LinuxException {
        if (masking != null && state.isMasked() && after.identity().isRegular()) {
            return Unmasking.isAsShown(masking, before, after);
        }
        Masking known = masking(after);
        return known == null ? before.sameContent(after) : Unmasking.isSame(known, before, after);
    }

    /** What turns a file's placeholders back, or null if it holds none. */
    private @Nullable Masking masking(@Nullable Entry after) throws LinuxException {
        return masking != null && after != null && Unmasking.concerns(after) ? masking : null;
    }

    /** Whether only the base changed since the sandbox copied the file up. */
    private boolean isLeftAlone(Entry before, Entry after) {
        Identity origin = origin(after.path());
        Identity mine = after.identity();
        return origin.type() == mine.type()
                && origin.size() == mine.size()
                && origin.sameTime(mine)
                && origin.permissions() == mine.permissions()
                && !before.identity().isUnchangedFrom(origin);
    }

    /** Of equal content; a mode or time that the sandbox did not touch does not count. */
    private void compareModes(Entry before, Entry after, PathState state) throws LinuxException {
        Identity now = before.identity();
        Identity mine = after.identity();
        Identity origin = origin(after.path());
        boolean copied = origin.type() == mine.type();
        boolean keptMode = copied && origin.permissions() == mine.permissions();
        boolean keptTime = copied && origin.sameTime(mine);
        if (now.permissions() != mine.permissions() && !keptMode) {
            add(Kind.MODE, before, after, state);
        } else if (mine.isRegular() && !now.sameTime(mine) && !keptTime) {
            add(Kind.TOUCHED, before, after, state);
        }
    }

    private void compareDirectory(Entry before, Merged.Directory directory, PathState state, boolean covered)
            throws LinuxException {
        Entry after = directory.entry();
        Identity now = before.identity();
        pending.push(new Pending(directory, state, now.isDirectory(), covered || directory.opaque()));
        if (now.isDirectory()) {
            compareModes(before, after, state);
        } else {
            Change change = change(now.exists() ? Kind.TYPE : Kind.ADDED, before, after, state);
            (isOnlyAWay(after.path(), directory) ? ways : changes).add(change);
        }
    }

    /** A directory that only leads somewhere counts if there is a change to lead to. */
    private void keepNeededWays() {
        Set<BytePath> above = new HashSet<>();
        for (Change change : changes) {
            BytePath at = change.path();
            while (!at.isRoot() && above.add(at.parent())) {
                at = at.parent();
            }
        }
        ways.stream().filter(way -> above.contains(way.path())).forEach(changes::add);
    }

    /**
     * Whether a directory is in the delta only because it leads somewhere: it was copied up, or it is the beginning of a
     * rule and is there from the start.
     */
    private boolean isOnlyAWay(BytePath path, Merged.Directory directory) {
        boolean copied = origin(path).isDirectory() && !directory.opaque();
        return copied || scaffold.contains(path);
    }

    /** Every visible path at and below something of the base. */
    private void delete(Entry before, PathState state) throws LinuxException {
        if (state.level().atLeast(Level.VIEW)) {
            add(Kind.DELETED, before, null, state);
        }
        deleteBelow(before, state);
    }

    private void deleteBelow(Entry before, PathState state) throws LinuxException {
        Deque<Doomed> doomed = new ArrayDeque<>();
        doomed.push(new Doomed(before, state));
        while (!doomed.isEmpty()) {
            Doomed next = doomed.pop();
            if (!next.entry().identity().isDirectory() || !next.state().mayBelow(Level.VIEW)) {
                continue;
            }
            for (Entry entry : Entry.list(base, false, next.entry().path())) {
                PathState below = child(next.state(), entry.path());
                if (below.level().atLeast(Level.VIEW)) {
                    add(Kind.DELETED, entry, null, below);
                }
                doomed.push(new Doomed(entry, below));
            }
        }
    }

    private void add(Kind kind, Entry before, @Nullable Entry after, PathState state) throws LinuxException {
        changes.add(change(kind, before, after, state));
    }

    private Change change(Kind kind, Entry before, @Nullable Entry after, PathState state) throws LinuxException {
        BytePath path = before.path();
        boolean way = kind == Kind.ADDED && after != null && after.identity().isDirectory() && scaffold.contains(path);
        return new Change(
                path,
                kind,
                before.identity().exists() ? before : null,
                after,
                origin(path),
                state.level(),
                way || state.level() == Level.WRITE,
                state.isMasked(),
                masking(after));
    }

    private Identity origin(BytePath path) {
        return origins.getOrDefault(path, Identity.ABSENT);
    }

    private Entry absent(BytePath path) {
        return new Entry(base, false, path, Identity.ABSENT);
    }

    private static PathState child(PathState state, BytePath path) {
        return state.child(path.name());
    }

    private static String describe(int type) {
        return switch (type) {
            case Stat.S_IFIFO -> "a FIFO";
            case Stat.S_IFSOCK -> "a socket";
            default -> "a device";
        };
    }
}
