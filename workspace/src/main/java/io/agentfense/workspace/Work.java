package io.agentfense.workspace;

import io.agentfense.linux.Dirents;
import io.agentfense.linux.Stat;

/**
 * What one thread needs while it answers one request, so that answering allocates nothing. {@link #get} hands out the
 * calling thread's own; its contents last until that thread's next use.
 */
final class Work {
    private static final ThreadLocal<Work> LOCAL = ThreadLocal.withInitial(Work::new);

    /** The file that {@link Tree#locate} found. */
    final Found found = new Found();

    final Stat stat = new Stat();
    final Stat other = new Stat();
    final TreePath path = new TreePath();
    final TreePath secondPath = new TreePath();
    final Dirents dirents = new Dirents();

    /** Why a method that gives an object gave none: a negated errno. */
    int failure;

    /** A name that is taken from a listing. */
    final byte[] name = new byte[256];

    private Work() {}

    static Work get() {
        return LOCAL.get();
    }

    /** Where a name's file lies: its attributes, its topmost layer, and of a directory all layers that have it. */
    static final class Found {
        final Stat stat = new Stat();
        int layer;
        int layers;

        /** Whether secrets in it are masked, if it lies in the base; what a view has decided of it. */
        boolean masked;

        /** Device and inode number in the lowest layer: these stay when a directory is copied up. */
        long originDevice;

        long originInode;

        void originIs(Stat lowest) {
            originDevice = lowest.device;
            originInode = lowest.inode;
        }
    }
}
