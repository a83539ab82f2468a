package io.agentfense.workspace;

/**
 * The inode numbers that a workspace shows: a mixture of the host's device and inode number, the same for as long as
 * the file lives, and telling nothing of how many files lie between two others.
 */
final class InodeNumbers {
    private InodeNumbers() {}

    /** The number for a file of the host; positive. */
    static long of(long device, long inode) {
        long mixed = mix(inode + mix(device + 0x9e3779b97f4a7c15L));
        return (mixed & Long.MAX_VALUE) | 2;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
