package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** What SETATTR changes ({@code struct fuse_setattr_in}, 88 bytes). Belongs to one worker. */
public final class AttributeChange {
    public static final int MODE = 1;
    public static final int UID = 1 << 1;
    public static final int GID = 1 << 2;
    public static final int SIZE = 1 << 3;
    public static final int ATIME = 1 << 4;
    public static final int MTIME = 1 << 5;
    public static final int HANDLE = 1 << 6;
    public static final int ATIME_NOW = 1 << 7;
    public static final int MTIME_NOW = 1 << 8;
    public static final int KILL_SUIDGID = 1 << 11;

    /** Which of the fields below are meant: a set of the bits above. */
    public int valid;

    public long handle;
    public long size;
    public long accessSeconds;
    public long modifySeconds;
    public int accessNanos;
    public int modifyNanos;
    public int mode;
    public int uid;
    public int gid;

    void take(MemorySegment memory, int at) {
        valid = memory.get(JAVA_INT, at);
        handle = memory.get(JAVA_LONG, at + 8);
        size = memory.get(JAVA_LONG, at + 16);
        accessSeconds = memory.get(JAVA_LONG, at + 32);
        modifySeconds = memory.get(JAVA_LONG, at + 40);
        accessNanos = memory.get(JAVA_INT, at + 56);
        modifyNanos = memory.get(JAVA_INT, at + 60);
        mode = memory.get(JAVA_INT, at + 68);
        uid = memory.get(JAVA_INT, at + 76);
        gid = memory.get(JAVA_INT, at + 80);
    }

    /** Whether any of the given bits is set. */
    public boolean has(int bits) {
        return (valid & bits) != 0;
    }
}
