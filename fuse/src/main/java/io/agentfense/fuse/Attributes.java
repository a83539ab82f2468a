package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A file's attributes as the kernel is told them ({@code struct fuse_attr}, 88 bytes), and for how long they hold.
 * Filled again for each reply; confined to its worker. Times are seconds and nanoseconds since the epoch, size is bytes,
 * blocks are of 512 bytes, the time to live is in seconds.
 */
public final class Attributes {
    static final int BYTES = 88;

    public long inode;
    public long size;
    public long blocks;
    public long accessSeconds;
    public long modifySeconds;
    public long changeSeconds;
    public int accessNanos;
    public int modifyNanos;
    public int changeNanos;
    public int mode;
    public int links;
    public int uid;
    public int gid;
    public int device;
    public int blockSize;

    /** How long the kernel may use these attributes without asking. */
    public long timeToLive;

    void put(MemorySegment out, int at) {
        out.set(JAVA_LONG, at, inode);
        out.set(JAVA_LONG, at + 8, size);
        out.set(JAVA_LONG, at + 16, blocks);
        out.set(JAVA_LONG, at + 24, accessSeconds);
        out.set(JAVA_LONG, at + 32, modifySeconds);
        out.set(JAVA_LONG, at + 40, changeSeconds);
        out.set(JAVA_INT, at + 48, accessNanos);
        out.set(JAVA_INT, at + 52, modifyNanos);
        out.set(JAVA_INT, at + 56, changeNanos);
        out.set(JAVA_INT, at + 60, mode);
        out.set(JAVA_INT, at + 64, links);
        out.set(JAVA_INT, at + 68, uid);
        out.set(JAVA_INT, at + 72, gid);
        out.set(JAVA_INT, at + 76, device);
        out.set(JAVA_INT, at + 80, blockSize);
        out.set(JAVA_INT, at + 84, 0);
    }
}
