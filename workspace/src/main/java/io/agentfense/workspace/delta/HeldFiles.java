package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.UserAttributes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of an upper that programs go on to write while it is frozen: they themselves stay with the sandbox, under
 * the same names in the new upper, and copies of what they hold take their places in the frozen one. Each step leaves the
 * old upper showing what it showed. Confined to its thread, used once.
 */
final class HeldFiles {
    private static final byte[] HELD = Renewal.held().getBytes(StandardCharsets.US_ASCII);

    private final Delta delta;
    private final int old;
    private final int fresh;
    private final List<BytePath> made = new ArrayList<>();

    HeldFiles(Delta delta, StateDirectory fresh) {
        this.delta = delta;
        this.old = delta.upper();
        this.fresh = fresh.fd();
    }

    /** Carries the files at these paths over, and their other names with them. */
    void carry(List<BytePath> written) throws LinuxException {
        for (List<BytePath> names : byFile(written).values()) {
            for (BytePath name : names) {
                link(name);
            }
            replace(names);
        }
        for (BytePath directory : made.reversed()) {
            dress(directory);
        }
    }

    /** All names of each file. */
    private Map<Long, List<BytePath>> byFile(List<BytePath> written) throws LinuxException {
        Map<Long, List<BytePath>> files = new LinkedHashMap<>();
        boolean several = false;
        for (BytePath path : new HashSet<>(written)) {
            Stat stat = Entry.stat(old, path);
            if (stat != null) {
                several |= stat.links > 1;
                files.computeIfAbsent(stat.inode, inode -> new ArrayList<>()).add(path);
            }
        }
        if (several) {
            findNames(files);
        }
        return files;
    }

    private void findNames(Map<Long, List<BytePath>> files) throws LinuxException {
        Deque<BytePath> pending = new ArrayDeque<>(List.of(BytePath.ROOT));
        Set<BytePath> known = new HashSet<>();
        files.values().forEach(known::addAll);
        while (!pending.isEmpty()) {
            for (Entry entry : Entry.list(old, true, pending.pop())) {
                List<BytePath> names = files.get(entry.identity().inode());
                if (entry.identity().isDirectory()) {
                    pending.push(entry.path());
                } else if (names != null && known.add(entry.path())) {
                    names.add(entry.path());
                }
            }
        }
    }

    private void link(BytePath path) throws LinuxException {
        makeDirectory(path.parent());
        byte[] name = path.name();
        int from = parent(old, path);
        int to = parent(fresh, path);
        int result = At.link(from, name, name.length, to, name, name.length);
        Descriptor.close(from);
        Descriptor.close(to);
        LinuxException.check("keep /" + path, result);
    }

    private void makeDirectory(BytePath path) throws LinuxException {
        if (path.isRoot() || Entry.stat(fresh, path) != null) {
            return;
        }
        makeDirectory(path.parent());
        byte[] name = path.name();
        int parent = parent(fresh, path);
        int result = At.mkdir(parent, name, name.length, 0700);
        Descriptor.close(parent);
        LinuxException.check("make /" + path, result);
        made.add(path);
    }

    /** Gives a directory of the new upper the attributes that it has in the old one. */
    private void dress(BytePath path) throws LinuxException {
        Stat stat = Entry.stat(old, path);
        if (stat == null) {
            return;
        }
        int from = Beneath.open(old, path.raw(), OpenFlags.O_PATH);
        int to = Beneath.open(fresh, path.raw(), OpenFlags.O_PATH);
        UserAttributes.copy(from, to, Integer.MAX_VALUE);
        Descriptor.chmod(to, stat.mode & 07777);
        Descriptor.close(from);
        Descriptor.close(to);
        date(fresh, path, stat);
    }

    private static void date(int root, BytePath path, Stat stat) throws LinuxException {
        byte[] name = path.name();
        int parent = parent(root, path);
        At.utimens(
                parent, name, name.length, stat.accessSeconds, stat.accessNanos, stat.modifySeconds, stat.modifyNanos);
        Descriptor.close(parent);
    }

    /** Puts a copy of a file in the place of all its names in the old upper. */
    private void replace(List<BytePath> names) throws LinuxException {
        BytePath first = names.getFirst();
        copy(first);
        put(first);
        for (BytePath other : names.subList(1, names.size())) {
            byte[] name = first.name();
            int parent = parent(old, first);
            int result = At.link(parent, name, name.length, delta.directory().fd(), HELD, HELD.length);
            Descriptor.close(parent);
            LinuxException.check("link a copy of /" + first, result);
            put(other);
        }
    }

    private void copy(BytePath path) throws LinuxException {
        delta.checkpoint();
        int directory = delta.directory().fd();
        At.unlink(directory, HELD, HELD.length, 0);
        Entry entry = Entry.at(old, true, path);
        int from = entry.open();
        try {
            Stat stat = new Stat();
            LinuxException.check("stat /" + path, stat.read(from));
            int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
            int to = At.open(directory, HELD, HELD.length, flags, 0600);
            LinuxException.check("copy /" + path, to);
            try {
                Content.copy(from, to, stat.size);
                UserAttributes.copy(from, to, Integer.MAX_VALUE);
                LinuxException.check("set the mode of a copy", Descriptor.chmod(to, stat.mode & 07777));
                LinuxException.check(
                        "set the time of a copy",
                        Descriptor.times(
                                to, stat.accessSeconds, stat.accessNanos, stat.modifySeconds, stat.modifyNanos));
                LinuxException.check("fsync a copy", Descriptor.sync(to, false));
            } finally {
                Descriptor.close(to);
            }
        } finally {
            Descriptor.close(from);
        }
    }

    private void put(BytePath path) throws LinuxException {
        delta.checkpoint();
        byte[] name = path.name();
        int parent = parent(old, path);
        int result = At.rename(delta.directory().fd(), HELD, HELD.length, parent, name, name.length, 0);
        Descriptor.close(parent);
        LinuxException.check("put a copy in the place of /" + path, result);
    }

    private static int parent(int root, BytePath path) throws LinuxException {
        int fd = Beneath.open(root, path.parent().raw(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (fd == -Errno.ENOENT) {
            throw new LinuxException("find /" + path.parent() + " in the delta", Errno.ENOENT);
        }
        return (int) LinuxException.check("open /" + path.parent() + " of the delta", fd);
    }
}
