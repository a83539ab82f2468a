package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.At;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One name of the codebase in its opened directory, for the moment of a step. The directory was reached beneath the root
 * without following a link, and lies on the staging directory's filesystem. Confined to its thread.
 */
final class Place implements AutoCloseable {
    private static final byte[] SELF = {'.'};

    private final BytePath path;
    private final int directory;
    private final byte[] name;

    private Place(BytePath path, int directory) {
        this.path = path;
        this.directory = directory;
        this.name = path.isRoot() ? SELF : path.name();
    }

    /** Takes over the descriptor of the directory that holds the path, or for the root of the root itself. */
    static Place of(BytePath path, int directory) {
        return new Place(path, directory);
    }

    /** The attributes of what is there, or null if nothing. */
    @Nullable
    Stat look() throws LinuxException {
        Stat stat = new Stat();
        int result = stat.read(directory, name, name.length);
        if (result == -Errno.ENOENT) {
            return null;
        }
        LinuxException.check("stat /" + path, result);
        return stat;
    }

    /** Moves what is there to a free name in the staging directory. */
    void moveTo(int stage, String staged) throws LinuxException {
        byte[] to = bytes(staged);
        LinuxException.check(
                "move /" + path + " away",
                At.rename(directory, name, name.length, stage, to, to.length, At.RENAME_NOREPLACE));
    }

    /** Moves a staged entry here; false if something is here. */
    boolean moveFrom(int stage, String staged) throws LinuxException {
        byte[] from = bytes(staged);
        int result = At.rename(stage, from, from.length, directory, name, name.length, At.RENAME_NOREPLACE);
        if (result == -Errno.EEXIST) {
            return false;
        }
        LinuxException.check("put /" + path + " in its place", result);
        return true;
    }

    /** Exchanges what is here with a staged entry, in one system call. */
    void exchange(int stage, String staged) throws LinuxException {
        byte[] other = bytes(staged);
        LinuxException.check(
                "replace /" + path,
                At.rename(stage, other, other.length, directory, name, name.length, At.RENAME_EXCHANGE));
    }

    /** Removes an empty directory; false if it is not empty. */
    boolean removeDirectory() throws LinuxException {
        int result = At.unlink(directory, name, name.length, OpenFlags.AT_REMOVEDIR);
        if (result == -Errno.ENOTEMPTY || result == -Errno.EEXIST) {
            return false;
        }
        if (result != -Errno.ENOENT) {
            LinuxException.check("remove the directory /" + path, result);
        }
        return true;
    }

    /** Makes a directory of mode 0700; false if something is here. */
    boolean makeDirectory() throws LinuxException {
        int result = At.mkdir(directory, name, name.length, 0700);
        if (result == -Errno.EEXIST) {
            return false;
        }
        LinuxException.check("make the directory /" + path, result);
        return true;
    }

    void own(int uid, int gid) throws LinuxException {
        LinuxException.check("chown /" + path, At.chown(directory, name, name.length, uid, gid));
    }

    /** Sets the permission bits of a file or directory. */
    void permit(int mode) throws LinuxException {
        int fd = At.open(directory, name, name.length, OpenFlags.O_PATH, 0);
        LinuxException.check("open /" + path, fd);
        try {
            LinuxException.check("chmod /" + path, Descriptor.chmod(fd, mode));
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Sets the time of modification. */
    void date(long seconds, int nanos) throws LinuxException {
        int result = At.utimens(directory, name, name.length, 0, At.UTIME_OMIT, seconds, nanos);
        LinuxException.check("set the time of /" + path, result);
    }

    static byte[] bytes(String staged) {
        return staged.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        Descriptor.close(directory);
    }
}
