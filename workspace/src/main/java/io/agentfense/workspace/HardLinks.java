package io.agentfense.workspace;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files of the base that have several names there: the most restrictive of their levels holds for all.
 *
 * <p>The base is walked once, when the first such file is met, and again after {@link #forget}. Thread-safe.
 */
final class HardLinks {
    private static final int MAX_DEPTH = 1024;

    private final Layer base;
    private volatile Policy policy;
    private volatile @Nullable Map<Long, Entry> index;

    HardLinks(Layer base, Policy policy) {
        this.base = base;
        this.policy = policy;
    }

    private record Entry(Level level, int names) {}

    /** The level for a file of the base, by all its names. */
    Level level(Stat stat, Level own) {
        Entry entry = entry(stat);
        return entry == null || entry.level.compareTo(own) > 0 ? own : entry.level;
    }

    /** How many names it has in the base: names elsewhere on the host are nobody's business inside. */
    int names(Stat stat) {
        Entry entry = entry(stat);
        return entry == null ? 1 : entry.names;
    }

    /** Drops what was found, since names in the base have changed. */
    void forget() {
        index = null;
    }

    /** Decides by other rules from now on. */
    void decideBy(Policy other) {
        policy = other;
        index = null;
    }

    private @Nullable Entry entry(Stat stat) {
        Map<Long, Entry> found = index;
        if (found == null) {
            found = scan();
            index = found;
        }
        return found.get(InodeNumbers.of(stat.device, stat.inode));
    }

    private synchronized Map<Long, Entry> scan() {
        Map<Long, Entry> found = index;
        if (found != null) {
            return found;
        }
        found = new HashMap<>();
        int fd = Beneath.open(base.root, new byte[0], OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (fd >= 0) {
            walk(fd, policy.root(), found, 0);
        }
        return found;
    }

    /** Takes over the descriptor. */
    private void walk(int fd, PathState state, Map<Long, Entry> found, int depth) {
        try {
            Dirents entries = new Dirents();
            Stat stat = new Stat();
            if (depth > MAX_DEPTH || entries.start(fd) < 0) {
                return;
            }
            while (entries.next() > 0) {
                PathState child = state.child(entries.name, 0, entries.length);
                if (stat.read(fd, entries.name, entries.length) < 0) {
                    continue;
                }
                if (stat.isDirectory()) {
                    int next = Beneath.open(
                            fd, entries.name, entries.length, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
                    if (next >= 0) {
                        walk(next, child, found, depth + 1);
                    }
                } else if (stat.links > 1) {
                    found.merge(InodeNumbers.of(stat.device, stat.inode), new Entry(child.level(), 1), HardLinks::both);
                }
            }
        } finally {
            Descriptor.close(fd);
        }
    }

    private static Entry both(Entry a, Entry b) {
        return new Entry(a.level.compareTo(b.level) < 0 ? a.level : b.level, a.names + b.names);
    }
}
