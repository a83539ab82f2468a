package io.agentfense.workspace;

import io.agentfense.linux.Stat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Guise}s of one workspace's files, by device and inode number of what lies topmost. Bounded: beyond the bound all are
 * forgotten, and files that the kernel has forgotten too show their own numbers from then on. Thread-safe.
 */
final class Guises {
    private static final int MOST = 1 << 17;

    private final Map<Long, Guise> all = new ConcurrentHashMap<>();

    void put(Guise guise) {
        if (all.size() >= MOST) {
            all.clear();
        }
        all.put(guise.key(), guise);
    }

    void remove(Guise guise) {
        all.remove(guise.key(), guise);
    }

    @Nullable
    Guise of(long key) {
        return all.isEmpty() ? null : all.get(key);
    }

    /** The number to show for a file by device and number of its own. */
    long inode(long device, long number) {
        long own = InodeNumbers.of(device, number);
        Guise guise = of(own);
        return guise == null ? own : guise.inode();
    }

    /** What a file looks like that showed as {@code was} and lies at {@code is} now. */
    void put(Stat was, Stat is, boolean keepsNumber) {
        long key = InodeNumbers.of(is.device, is.inode);
        put(new Guise(
                key,
                keepsNumber ? inode(is.device, is.inode) : inode(was.device, was.inode),
                Guise.modified(is),
                Guise.changed(is),
                Guise.modified(was),
                Guise.changed(was)));
    }
}
