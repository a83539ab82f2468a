package io.agentfense.workspace;

import io.agentfense.linux.Stat;

/**
 * What a file goes on to look like inside after we touched it for our own sake, as by bringing it from the delta to the
 * base: the number and the times that programs knew. The times hold until the file is changed. Immutable.
 *
 * @param inode the number that is shown
 * @param modify times of the file on the disk, in nanoseconds
 * @param shownModify the times that are shown instead while the file has these
 */
record Guise(long key, long inode, long modify, long change, long shownModify, long shownChange) {
    private static final long NANOS = 1_000_000_000L;

    static long modified(Stat stat) {
        return stat.modifySeconds * NANOS + stat.modifyNanos;
    }

    static long changed(Stat stat) {
        return stat.changeSeconds * NANOS + stat.changeNanos;
    }

    /** Whether a file is still as it was when it got this guise. */
    boolean fits(Stat stat) {
        return modified(stat) == modify && changed(stat) == change;
    }

    Guise withInode(long other) {
        return new Guise(key, other, modify, change, shownModify, shownChange);
    }
}
