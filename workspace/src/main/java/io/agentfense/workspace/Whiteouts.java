package io.agentfense.workspace;

import io.agentfense.linux.At;
import io.agentfense.linux.Errno;
import io.agentfense.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Deletions in a delta, as overlayfs writes them: a character device 0/0 covers what lower layers have of a name.
 * Linux lets an ordinary user make this one device since 5.8. Thread-safe.
 */
final class Whiteouts {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final boolean delta;
    private final Quota quota;

    /** For a top layer that is a delta, or for one that is not and knows no whiteouts. */
    Whiteouts(boolean delta, Quota quota) {
        this.delta = delta;
        this.quota = quota;
    }

    /** Puts a whiteout at a name, atomically in place of what is there. */
    int cover(int directory, byte[] name, int length) {
        // A whiteout of a name that nobody has is nothing, so the moment before the rename shows nothing either.
        byte[] temporary;
        int result;
        do {
            // Names are never reserved for us: one that a program has taken is passed over.
            temporary = (".cover-" + COUNTER.incrementAndGet()).getBytes(StandardCharsets.US_ASCII);
            result = At.mknod(directory, temporary, temporary.length, Stat.S_IFCHR, 0);
        } while (result == -Errno.EEXIST);
        if (result != 0) {
            return result;
        }
        result = At.rename(directory, temporary, temporary.length, directory, name, length, 0);
        if (result != 0) {
            At.unlink(directory, temporary, temporary.length, 0);
            return result;
        }
        left();
        return 0;
    }

    /** A rename has left a whiteout behind. */
    void left() {
        quota.charge(Quota.ENTRY_BYTES);
    }

    /** Takes a whiteout from a name; whether there was one. */
    boolean uncover(int directory, byte[] name, int length) {
        if (!delta) {
            return false;
        }
        Stat stat = Work.get().other;
        return stat.read(directory, name, length) == 0 && remove(directory, name, length, stat);
    }

    /** Takes what is at a name away if its attributes are a whiteout's; whether they were. */
    boolean remove(int directory, byte[] name, int length, Stat stat) {
        boolean removed = stat.isWhiteoutDevice() && At.unlink(directory, name, length, 0) == 0;
        if (removed) {
            quota.give(Quota.ENTRY_BYTES);
        }
        return removed;
    }
}
