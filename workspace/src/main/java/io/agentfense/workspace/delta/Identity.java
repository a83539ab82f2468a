package io.agentfense.workspace.delta;

import io.agentfense.linux.Stat;

/**
 * What tells one state of a file from another without reading it. Immutable.
 *
 * @param mode type and permission bits as {@code stat(2)} has them; 0 if there is no file
 * @param size in bytes
 * @param modifySeconds time of the last change of content, since the epoch
 * @param changeSeconds time of the last change of content or attributes
 * @param device as {@link Stat#device}; kept for the record, and not compared: it may change when a machine restarts
 */
public record Identity(
        int mode,
        long size,
        long modifySeconds,
        int modifyNanos,
        long changeSeconds,
        int changeNanos,
        long inode,
        long device) {
    /** No file. */
    public static final Identity ABSENT = new Identity(0, 0, 0, 0, 0, 0, 0, 0);

    private static final int PERMISSIONS = 07777;
    private static final int SET_ID = 06000;

    /** What the attributes say. */
    public static Identity of(Stat stat) {
        return new Identity(
                stat.mode,
                stat.size,
                stat.modifySeconds,
                stat.modifyNanos,
                stat.changeSeconds,
                stat.changeNanos,
                stat.inode,
                stat.device);
    }

    /** The file type, one of {@link Stat}'s S_IF constants; 0 if there is no file. */
    public int type() {
        return mode & Stat.S_IFMT;
    }

    /** Permission and sticky bits, without set-user-id and set-group-id, which no sandbox has a say in. */
    public int permissions() {
        return mode & PERMISSIONS & ~SET_ID;
    }

    public boolean exists() {
        return mode != 0;
    }

    public boolean isDirectory() {
        return type() == Stat.S_IFDIR;
    }

    public boolean isRegular() {
        return type() == Stat.S_IFREG;
    }

    public boolean isSymlink() {
        return type() == Stat.S_IFLNK;
    }

    /** Whether this is a kind of file that a change can carry: a regular file, a directory or a link. */
    public boolean isPortable() {
        return isRegular() || isDirectory() || isSymlink();
    }

    /** Whether both have the same time of the last change of content. */
    public boolean sameTime(Identity other) {
        return modifySeconds == other.modifySeconds && modifyNanos == other.modifyNanos;
    }

    /**
     * Whether a file is still what it was. Of directories only type and mode count: their times change whenever
     * something in them does.
     */
    public boolean isUnchangedFrom(Identity before) {
        if (mode != before.mode || isDirectory() || !exists()) {
            return mode == before.mode;
        }
        return sameContentAs(before) && changeSeconds == before.changeSeconds && changeNanos == before.changeNanos;
    }

    /** Whether it is the same file with the same content, as far as one can tell without reading it. */
    public boolean sameContentAs(Identity before) {
        return type() == before.type() && inode == before.inode && size == before.size && sameTime(before);
    }
}
