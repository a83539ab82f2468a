package io.agentfense.workspace;

import io.agentfense.linux.Errno;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How large a delta is and may become, in bytes of file sizes (holes count as if they were filled) and 4,096 for each
 * name in it, also for one that is a deletion. What costs nothing could be made without end. Thread-safe.
 */
final class Quota {
    /** What a name costs beside its file's content: no name, link target or set of attributes takes more on disk. */
    static final long ENTRY_BYTES = 4096;

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    /** A quota of {@code limit} bytes, {@link Long#MAX_VALUE} for none, of which none are used. */
    Quota(long limit) {
        this.limit = limit;
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    /** How often bytes were refused. */
    long refusals() {
        return refusals.get();
    }

    /** Takes bytes; zero, or EDQUOT negated. */
    int take(long bytes) {
        if (used.addAndGet(bytes) > limit && bytes > 0) {
            used.addAndGet(-bytes);
            refusals.incrementAndGet();
            return -Errno.EDQUOT;
        }
        return 0;
    }

    /** Takes bytes in any case: for what is there already, and for deletions, which must be possible at the limit. */
    void charge(long bytes) {
        used.addAndGet(bytes);
    }

    /** Gives back what was taken. */
    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Starts anew from what was counted. */
    void recount(long bytes) {
        used.set(bytes);
    }

    /** Charges a file for growing to a size, if it does. */
    int extend(Node file, long size) {
        return size <= file.charged ? 0 : resize(file, size);
    }

    /** Gives back, once, what a file and its last name have cost, which are on the disk no more. */
    void discharge(Node file) {
        synchronized (file) {
            give(file.charged + ENTRY_BYTES);
            file.charged = -ENTRY_BYTES;
        }
    }

    /** Charges a file for its new size. */
    int resize(Node file, long size) {
        synchronized (file) {
            int refused = take(size - file.charged);
            if (refused == 0) {
                file.charged = size;
            }
            return refused;
        }
    }
}
