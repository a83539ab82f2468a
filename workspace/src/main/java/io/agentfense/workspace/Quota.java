package io.agentfense.workspace;

import io.agentfense.linux.Errno;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How large a delta is and may become, in bytes of file sizes (holes count as if they were filled) and 4,096 for each
 * directory, link and deletion. Thread-safe, takes no lock.
 */
final class Quota {
    /** What a name without content costs. */
    static final long ENTRY_BYTES = 4096;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** A quota of {@code limit} bytes, {@link Long#MAX_VALUE} for none, of which some are used. */
    Quota(long limit, long used) {
        this.limit = limit;
        this.used.set(used);
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    /** Takes bytes; zero, or EDQUOT negated. */
    int take(long bytes) {
        if (used.addAndGet(bytes) > limit && bytes > 0) {
            used.addAndGet(-bytes);
            return -Errno.EDQUOT;
        }
        return 0;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Charges a file for growing to a size, if it does. */
    int extend(Node file, long size) {
        return size <= file.charged ? 0 : resize(file, size);
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
