package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Removes a tree of our own state, which a sandbox may have filled: of any depth, with directories that deny their owner,
 * with links to anywhere. Nothing is followed. Can be begun again after a crash. Stateless.
 */
final class TreeRemoval {
    private TreeRemoval() {}

    /** Removes what a name in a directory stands for, if anything. */
    static void remove(int directory, byte[] name) throws LinuxException {
        int result = At.unlink(directory, name, name.length, 0);
        if (result == -Errno.EISDIR) {
            removeDirectory(directory, name);
        } else if (result != -Errno.ENOENT) {
            LinuxException.check("remove a file", result);
        }
    }

    /**
     * Moves every directory met up to the top before its turn, so that one descriptor and no recursion serve any depth.
     * It gets a random name there.
     */
    private static void removeDirectory(int parent, byte[] name) throws LinuxException {
        int top = openOwned(parent, name);
        try {
            Deque<byte[]> pending = new ArrayDeque<>();
            clear(top, top, pending);
            while (!pending.isEmpty()) {
                byte[] next = pending.pop();
                int fd = openOwned(top, next);
                try {
                    clear(fd, top, pending);
                } finally {
                    Descriptor.close(fd);
                }
                LinuxException.check("remove a directory", At.unlink(top, next, next.length, OpenFlags.AT_REMOVEDIR));
            }
        } finally {
            Descriptor.close(top);
        }
        LinuxException.check("remove a directory", At.unlink(parent, name, name.length, OpenFlags.AT_REMOVEDIR));
    }

    /** Empties a directory: files go, directories move to the top. */
    private static void clear(int fd, int top, Deque<byte[]> pending) throws LinuxException {
        for (byte[] name : names(fd)) {
            int result = At.unlink(fd, name, name.length, 0);
            if (result == -Errno.EISDIR) {
                pending.push(fd == top ? name : hoist(fd, name, top));
            } else if (result != -Errno.ENOENT) {
                LinuxException.check("remove a file", result);
            }
        }
    }

    private static byte[] hoist(int fd, byte[] name, int top) throws LinuxException {
        // Changing a directory's parent writes its "..", which needs permission on itself.
        Descriptor.close(openOwned(fd, name));
        while (true) {
            long number = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
            byte[] free = Long.toString(number, 36).getBytes(StandardCharsets.US_ASCII);
            int result = At.rename(fd, name, name.length, top, free, free.length, At.RENAME_NOREPLACE);
            if (result != -Errno.EEXIST) {
                LinuxException.check("move a directory", result);
                return free;
            }
        }
    }

    private static List<byte[]> names(int fd) throws LinuxException {
        List<byte[]> names = new ArrayList<>();
        Dirents entries = new Dirents();
        LinuxException.check("list a directory", entries.start(fd));
        int more;
        while ((more = entries.next()) > 0) {
            names.add(Arrays.copyOf(entries.name, entries.length));
        }
        LinuxException.check("list a directory", more);
        return names;
    }

    /** Opens a directory for listing, after giving its owner every permission if it has not. */
    private static int openOwned(int parent, byte[] name) throws LinuxException {
        int path = Beneath.open(parent, name, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        LinuxException.check("open a directory", path);
        try {
            LinuxException.check("make a directory accessible", Descriptor.chmod(path, 0700));
            int fd = Descriptor.reopen(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            return (int) LinuxException.check("open a directory", fd);
        } finally {
            Descriptor.close(path);
        }
    }
}
