package io.agentfense.workspace;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import io.agentfense.secret.mask.Form;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Files of the base that have several names there: the most restrictive of their levels holds for all, and what is masked
 * under one name is masked under each, unless their names disagree on how: then it is not read.
 *
 * <p>The base is walked once, when the first such file is met, and again after {@link #forget}. Thread-safe.
 */
final class HardLinks {
    private static final int MAX_DEPTH = 1024;

    private final Layer base;
    private volatile Policy policy;
    private volatile @Nullable Map<Long, Entry> index;

    @SuppressWarnings("NonAtomicVolatileUpdate") // only ever counted up under the monitor
    private volatile long walks;

    HardLinks(Layer base, Policy policy) {
        this.base = base;
        this.policy = policy;
    }

    /**
     * What is known of a file: the level by all its names, how many those are, and its count of links at that time.
     *
     * @param form what its names say of how to mask it; null if one says another than the others
     */
    private record Entry(
            Level level, boolean masked, @Nullable Form form, int names, int links) {
        /** What is masked by one name and would be read by another in which less is found is not read. */
        Level readable() {
            return masked && form == null && level.atLeast(Level.VIEW) ? Level.VIEW : level;
        }
    }

    /** The level for a file of the base, by all its names. */
    Level level(Stat stat, Level own) {
        Entry entry = entry(stat);
        return entry == null || entry.readable().compareTo(own) > 0 ? own : entry.readable();
    }

    /** Whether a file's secrets are masked, by all its names. */
    boolean masked(Stat stat, boolean own) {
        Entry entry = policy.masks() ? entry(stat) : null;
        return own || (entry != null && entry.masked);
    }

    /** Whether names of one file may have different levels, so that each file's count of links matters. */
    boolean mixed() {
        return Integer.bitCount(policy.root().levelsBelow()) > 1;
    }

    /** How many names it has in the base: names elsewhere on the host are nobody's business inside. */
    int names(Stat stat) {
        Entry entry = entry(stat);
        return entry == null ? 1 : entry.names;
    }

    /** Notes a name that was made in the base through us, so that no walk is needed to find it; of a file that is not masked. */
    void named(Stat stat, Level level) {
        Map<Long, Entry> found = index;
        if (found != null) {
            found.merge(key(stat), new Entry(level, false, null, 1, stat.links), HardLinks::both);
        }
    }

    /** Notes that a name of a file in the base was removed through us; {@code stat} is from before. */
    void unnamed(Stat stat) {
        Map<Long, Entry> found = index;
        if (found != null) {
            found.computeIfPresent(
                    key(stat),
                    (key, entry) -> entry.links == stat.links
                            ? new Entry(entry.level, entry.masked, entry.form, entry.names - 1, entry.links - 1)
                            : entry);
        }
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

    /**
     * What is known of a file of several names. A count of links that is not the one of the walk tells of a name that
     * came or went where nobody watches.
     */
    private @Nullable Entry entry(Stat stat) {
        long walksBefore = walks;
        Map<Long, Entry> found = index;
        Entry entry = found == null ? null : found.get(key(stat));
        if (entry == null || entry.links != stat.links) {
            entry = scan(walksBefore).get(key(stat));
        }
        return entry;
    }

    private static Long key(Stat stat) {
        return InodeNumbers.of(stat.device, stat.inode);
    }

    /** Walks the base, unless another has begun and ended a walk since the caller looked. */
    private synchronized Map<Long, Entry> scan(long walksBefore) {
        Map<Long, Entry> found = index;
        if (found != null && walks > walksBefore) {
            return found;
        }
        found = new ConcurrentHashMap<>();
        int fd = Beneath.open(base.root, new byte[0], OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (fd >= 0) {
            walk(fd, policy.root(), found, 0);
        }
        index = found;
        walks++;
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
                    Form form = Form.of(new String(entries.name, 0, entries.length, StandardCharsets.ISO_8859_1));
                    found.merge(
                            key(stat),
                            new Entry(child.level(), child.isMasked(), form, 1, stat.links),
                            HardLinks::both);
                }
            }
        } finally {
            Descriptor.close(fd);
        }
    }

    private static Entry both(Entry a, Entry b) {
        return new Entry(
                a.level.compareTo(b.level) < 0 ? a.level : b.level,
                a.masked || b.masked,
                a.form == b.form ? a.form : null,
                a.names + b.names,
                b.links);
    }
}
