package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file, directory or link as it lies in the base or in a tree of the delta. Its content can be had while the descriptor
 * of that tree's root is open. Immutable, thread-safe.
 *
 * @param root descriptor of the tree's root
 * @param ours whether the tree is a delta's: we may then lift a mode that denies us
 * @param path beneath the root
 * @param identity its attributes when it was met
 */
public record Entry(int root, boolean ours, BytePath path, Identity identity) {
    private static final byte[] SELF = {};

    /** The entry at a path, or one whose identity is {@link Identity#ABSENT}. Nothing is followed. */
    public static Entry at(int root, boolean ours, BytePath path) throws LinuxException {
        Stat stat = stat(root, path);
        return new Entry(root, ours, path, stat == null ? Identity.ABSENT : Identity.of(stat));
    }

    /** The attributes of what is at a path beneath a directory; null if nothing is. Nothing is followed. */
    public static @Nullable Stat stat(int root, BytePath path) throws LinuxException {
        int fd = Beneath.open(root, path.raw(), OpenFlags.O_PATH);
        if (isAbsence(fd)) {
            return null;
        }
        LinuxException.check("look at " + path, fd);
        try {
            Stat stat = new Stat();
            LinuxException.check("stat " + path, stat.read(fd));
            return stat;
        } finally {
            Descriptor.close(fd);
        }
    }

    /** The entries of a directory in a tree; none if it is not there. What vanishes meanwhile is left out. */
    public static List<Entry> list(int root, boolean ours, BytePath directory) throws LinuxException {
        int fd = ours
                ? Owned.directory(root, directory)
                : Beneath.open(root, directory.raw(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (isAbsence(fd)) {
            return List.of();
        }
        LinuxException.check("list /" + directory, fd);
        try {
            return list(root, ours, directory, fd);
        } finally {
            Descriptor.close(fd);
        }
    }

    private static List<Entry> list(int root, boolean ours, BytePath directory, int fd) throws LinuxException {
        List<Entry> entries = new ArrayList<>();
        Dirents names = new Dirents();
        Stat stat = new Stat();
        LinuxException.check("list /" + directory, names.start(fd));
        int more;
        while ((more = names.next()) > 0) {
            int result = stat.read(fd, names.name, names.length);
            if (result != -Errno.ENOENT) {
                LinuxException.check("stat in /" + directory, result);
                entries.add(new Entry(root, ours, directory.child(names.name, names.length), Identity.of(stat)));
            }
        }
        LinuxException.check("list /" + directory, more);
        return entries;
    }

    /** Whether an open failed because the path, or a directory on the way, is not there or is something else. */
    public static boolean isAbsence(int result) {
        return result == -Errno.ENOENT || result == -Errno.ENOTDIR || result == -Errno.ELOOP;
    }

    /** Opens a regular file for reading. Never waits for a FIFO, never opens a device, follows nothing. */
    public int open() throws LinuxException {
        int path = openPath();
        try {
            Stat stat = new Stat();
            LinuxException.check("stat " + this.path, stat.read(path));
            if (!stat.isRegular()) {
                throw new LinuxException("read " + this.path, Errno.EINVAL);
            }
            return ours ? Owned.reopen(path, stat, OpenFlags.O_RDONLY) : reopen(path);
        } finally {
            Descriptor.close(path);
        }
    }

    private int reopen(int path) throws LinuxException {
        return (int) LinuxException.check("read " + this.path, Descriptor.reopen(path, OpenFlags.O_RDONLY));
    }

    /** All of a regular file, which must not be larger than {@code limit} bytes. */
    public byte[] content(int limit) throws LinuxException {
        int fd = open();
        try {
            return Content.read(fd, limit);
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Where a link leads. */
    public byte[] target() throws LinuxException {
        int fd = openPath();
        try {
            return At.readlink(fd, SELF);
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Whether two entries of the same type hold the same bytes: as content, or as target of a link. */
    public boolean sameContent(Entry other) throws LinuxException {
        if (identity.isSymlink()) {
            return Arrays.equals(target(), other.target());
        }
        if (!identity.isRegular() || identity.size() != other.identity.size()) {
            return identity.isDirectory();
        }
        int mine = open();
        try {
            int theirs = other.open();
            try {
                return Content.same(mine, theirs);
            } finally {
                Descriptor.close(theirs);
            }
        } finally {
            Descriptor.close(mine);
        }
    }

    private int openPath() throws LinuxException {
        return (int) LinuxException.check("open " + path, Beneath.open(root, path.raw(), OpenFlags.O_PATH));
    }
}
