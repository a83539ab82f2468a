package io.agentfense.workspace;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** How much of its quota a delta that is mounted again holds already, counted as {@link Quota} charges it. */
final class DeltaUsage {
    private DeltaUsage() {}

    /**
     * The bytes that the directory tree below a descriptor is charged with; a file with several names counts once.
     *
     * @throws LinuxException if it can't be read: a limit that starts from a guess would be none
     */
    static long of(int root) throws LinuxException {
        long bytes = 0;
        Set<Long> counted = new HashSet<>();
        Deque<byte[]> pending = new ArrayDeque<>();
        pending.push(new byte[0]);
        while (!pending.isEmpty()) {
            bytes += entries(root, pending.pop(), pending, counted);
        }
        return bytes;
    }

    private static long entries(int root, byte[] path, Deque<byte[]> pending, Set<Long> counted) throws LinuxException {
        int fd = Beneath.open(root, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        LinuxException.check("open a directory of the delta", fd);
        try {
            long bytes = 0;
            Dirents entries = new Dirents();
            Stat stat = new Stat();
            LinuxException.check("list a directory of the delta", entries.start(fd));
            while (entries.next() > 0) {
                LinuxException.check("stat in the delta", stat.read(fd, entries.name, entries.length));
                bytes += charge(stat, counted);
                if (stat.isDirectory()) {
                    pending.push(child(path, entries));
                }
            }
            return bytes;
        } finally {
            Descriptor.close(fd);
        }
    }

    private static long charge(Stat stat, Set<Long> counted) {
        boolean again = stat.links > 1 && !stat.isDirectory() && !counted.add(InodeNumbers.of(stat.device, stat.inode));
        return Quota.ENTRY_BYTES + (stat.isRegular() && !again ? stat.size : 0);
    }

    private static byte[] child(byte[] parent, Dirents entry) {
        int separator = parent.length == 0 ? 0 : 1;
        byte[] path = java.util.Arrays.copyOf(parent, parent.length + separator + entry.length);
        if (separator == 1) {
            path[parent.length] = '/';
        }
        System.arraycopy(entry.name, 0, path, parent.length + separator, entry.length);
        return path;
    }
}
