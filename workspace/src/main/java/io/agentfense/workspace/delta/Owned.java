package io.agentfense.workspace.delta;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;

/**
 * Opens what is ours although its mode says no: a sandbox may take every permission from its own files, and they must
 * still be shown and applied. The mode is lifted for the moment of opening and put back. Stateless; the delta's lock keeps
 * others out meanwhile.
 */
final class Owned {
    private Owned() {}

    /** Opens again what an O_PATH descriptor refers to. */
    static int reopen(int path, Stat stat, int flags) throws LinuxException {
        int fd = Descriptor.reopen(path, flags);
        if (fd == -Errno.EACCES) {
            LinuxException.check("lift the mode of a file", Descriptor.chmod(path, 0700));
            fd = Descriptor.reopen(path, flags);
            LinuxException.check("put back the mode of a file", Descriptor.chmod(path, stat.mode & 07777));
        }
        return (int) LinuxException.check("open a file of the delta", fd);
    }

    /** Opens a directory beneath a root for listing; a negated errno if it is not there or no directory. */
    static int directory(int root, BytePath path) throws LinuxException {
        int fd = Beneath.open(root, path.raw(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (fd < 0) {
            return fd;
        }
        try {
            Stat stat = new Stat();
            LinuxException.check("stat " + path, stat.read(fd));
            return reopen(fd, stat, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        } finally {
            Descriptor.close(fd);
        }
    }
}
