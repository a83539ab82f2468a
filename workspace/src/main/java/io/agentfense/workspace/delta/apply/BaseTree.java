package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Looks at the codebase beneath its root.
 *
 * @param root descriptor of the codebase's root directory
 */
record BaseTree(int root) {
    /** Whether anything lies below a directory besides the paths given. */
    boolean holdsOthers(BytePath directory, Set<BytePath> known) throws LinuxException {
        Deque<BytePath> pending = new ArrayDeque<>();
        pending.push(directory);
        while (!pending.isEmpty()) {
            for (Entry entry : Entry.list(root, false, pending.pop())) {
                if (!known.contains(entry.path())) {
                    return true;
                }
                if (entry.identity().isDirectory()) {
                    pending.push(entry.path());
                }
            }
        }
        return false;
    }

    /** The attributes of the nearest directory that a path lies in and that is there; the root if no other. */
    Stat holder(BytePath path) throws LinuxException {
        BytePath at = path;
        while (true) {
            at = at.parent();
            int fd = Beneath.open(root, at.bytes(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
            if (!Entry.isAbsence(fd)) {
                LinuxException.check("open /" + at, fd);
                return attributes(fd);
            }
        }
    }

    /** The attributes of what is at a path. */
    Stat at(BytePath path) throws LinuxException {
        int fd = Beneath.open(root, path.bytes(), OpenFlags.O_PATH);
        LinuxException.check("open /" + path, fd);
        return attributes(fd);
    }

    private static Stat attributes(int fd) throws LinuxException {
        try {
            Stat stat = new Stat();
            LinuxException.check("stat", stat.read(fd));
            return stat;
        } finally {
            Descriptor.close(fd);
        }
    }
}
