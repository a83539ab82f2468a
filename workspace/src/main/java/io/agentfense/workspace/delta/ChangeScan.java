package io.agentfense.workspace.delta;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import io.agentfense.workspace.delta.Change.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** One walk over a delta's trees, beside the base. Confined to a thread, used once. */
final class ChangeScan {
    private final List<Integer> roots;
    private final int base;
    private final PathState start;
    private final Scaffold scaffold;
    private final Map<BytePath, Identity> origins;
    private final List<Change> changes = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    ChangeScan(List<Integer> roots, int base, Policy policy, Map<BytePath, Identity> origins) {
        this.roots = roots;
        this.base = base;
        this.start = policy.root();
        this.scaffold = Scaffold.of(policy.rules());
        this.origins = origins;
    }

    Changes run() throws LinuxException {
        Entry before = Entry.at(base, false, BytePath.ROOT);
        Entry after = Entry.at(roots.getFirst(), true, BytePath.ROOT);
        // The upper's root is made with the base's mode, and has an origin only if the sandbox changed it.
        if (origins.containsKey(BytePath.ROOT)) {
            compareModes(before, after, start);
        }
        walk(new Merged.Directory(after, roots, false), start, true);
        return new Changes(changes, skipped);
    }

    /** Compares what the delta says of one directory's names, and goes on below. */
    private void walk(Merged.Directory directory, PathState state, boolean inBase) throws LinuxException {
        BytePath path = directory.entry().path();
        SortedMap<BytePath, Merged> names = Overlay.list(path, directory.roots());
        if (directory.opaque() && inBase) {
            for (Entry entry : baseEntries(path)) {
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
            compare(before, name.getValue(), child(state, child));
        }
    }

    private void compare(Entry before, Merged merged, PathState state) throws LinuxException {
        switch (merged) {
            case Merged.Deleted() -> {
                if (before.identity().exists()) {
                    delete(before, state);
                }
            }
            case Merged.Leaf(Entry after) -> compareLeaf(before, after, state);
            case Merged.Directory directory -> compareDirectory(before, directory, state);
        }
    }

    private void compareLeaf(Entry before, Entry after, PathState state) throws LinuxException {
        Identity now = before.identity();
        Identity mine = after.identity();
        if (!mine.isPortable()) {
            skipped.add(new Skipped(after.path(), describe(mine.type())));
        } else if (isLeftAlone(before, after)) {
            return;
        } else if (!now.exists()) {
            add(Kind.ADDED, before, after, state);
        } else if (now.type() != mine.type()) {
            if (now.isDirectory()) {
                deleteBelow(before, state);
            }
            add(Kind.TYPE, before, after, state);
        } else if (!before.sameContent(after)) {
            add(Kind.MODIFIED, before, after, state);
        } else if (mine.isRegular()) {
            compareModes(before, after, state);
        }
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
    private void compareModes(Entry before, Entry after, PathState state) {
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

    private void compareDirectory(Entry before, Merged.Directory directory, PathState state) throws LinuxException {
        Entry after = directory.entry();
        Identity now = before.identity();
        int known = changes.size();
        walk(directory, state, now.isDirectory());
        boolean holdsChanges = changes.size() > known;
        if (now.isDirectory()) {
            compareModes(before, after, state);
        } else if (holdsChanges || !isOnlyAWay(after.path(), directory)) {
            add(now.exists() ? Kind.TYPE : Kind.ADDED, before, after, state);
        }
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
        if (before.identity().isDirectory()) {
            deleteBelow(before, state);
        }
        if (state.level().atLeast(Level.VIEW)) {
            add(Kind.DELETED, before, null, state);
        }
    }

    private void deleteBelow(Entry directory, PathState state) throws LinuxException {
        if (!state.mayBelow(Level.VIEW)) {
            return;
        }
        for (Entry entry : baseEntries(directory.path())) {
            delete(entry, child(state, entry.path()));
        }
    }

    private List<Entry> baseEntries(BytePath directory) throws LinuxException {
        int fd = Beneath.open(base, directory.raw(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (Entry.isAbsence(fd)) {
            return List.of();
        }
        LinuxException.check("list /" + directory + " of the codebase", fd);
        try {
            return Overlay.entries(base, false, directory, fd);
        } finally {
            Descriptor.close(fd);
        }
    }

    private void add(Kind kind, Entry before, @Nullable Entry after, PathState state) {
        BytePath path = before.path();
        boolean way = kind == Kind.ADDED && after != null && after.identity().isDirectory() && scaffold.contains(path);
        changes.add(new Change(
                path,
                kind,
                before.identity().exists() ? before : null,
                after,
                origin(path),
                state.level(),
                way || state.level() == Level.WRITE));
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
