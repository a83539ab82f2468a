package io.agentfense.workspace;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import org.jspecify.annotations.Nullable;

/**
 * Brings files and directories of lower layers into the top layer, when something is about to change them. What is
 * half copied is never seen: a file gets its name when it is whole. Thread-safe: a file's monitor keeps two writers of
 * one file apart, one lock all makers of directories.
 */
final class CopyUp {
    private static final int PERMISSIONS = 0777;
    private static final byte[] SELF = {'.'};

    private final Tree tree;
    private final Origins origins;
    private final Quota quota;
    private final ChangeMark mark;
    private final Object directories = new Object();

    CopyUp(Tree tree, Origins origins, Quota quota, ChangeMark mark) {
        this.mark = mark;
        this.tree = tree;
        this.origins = origins;
        this.quota = quota;
    }

    /** The top layer is about to be changed; copying up says so itself. */
    void changes() {
        mark.raise();
    }

    /** Makes a non-directory's data lie in the top layer; without its content if that is not wanted. */
    int file(Node file, boolean empty) {
        mark.raise();
        if (tree.isOnTop(file)) {
            return 0;
        }
        synchronized (file) {
            if (tree.isOnTop(file)) {
                return 0;
            }
            Node.Link link = file.link;
            if (link == null) {
                return -Errno.ESTALE;
            }
            int result = directory(link.parent);
            return result != 0 ? result : copy(file, link, empty);
        }
    }

    private int copy(Node file, Node.Link link, boolean empty) {
        Stat base = new Stat();
        int result = tree.stat(file, base);
        if (result != 0) {
            return result;
        }
        OpenFile parent = tree.directory(link.parent, tree.top());
        if (parent == null) {
            return -Errno.EIO;
        }
        try {
            long size = file.isMasked() ? tree.maskedSize(file, base) : base.size;
            long bytes = Quota.ENTRY_BYTES + (base.isRegular() && !empty ? size : 0);
            result = quota.take(bytes);
            if (result != 0) {
                return result;
            }
            record(link.parent, link.name, base);
            base.size = size;
            Stat above = new Stat();
            above.read(parent.fd);
            result = make(file, link, parent.fd, base, empty);
            keepTimes(parent.fd, SELF, above);
            if (result != 0) {
                quota.give(bytes);
            }
            return result;
        } finally {
            parent.release();
        }
    }

    private int make(Node file, Node.Link link, int parent, Stat base, boolean empty) {
        return switch (file.type) {
            case Stat.S_IFREG -> regular(file, link, parent, base, empty);
            case Stat.S_IFLNK -> symlink(file, link, parent, base);
            case Stat.S_IFIFO -> {
                int made = At.mknod(parent, link.name, link.name.length, base.mode & ~07000, 0);
                yield made != 0 ? made : moved(file, link, parent);
            }
            default -> -Errno.EPERM;
        };
    }

    private int regular(Node file, Node.Link link, int parent, Stat base, boolean empty) {
        int fd = Beneath.open(parent, new byte[0], 0, OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0600);
        int result = fd < 0 ? fd : fill(file, fd, base, empty);
        if (result == 0) {
            result = At.linkDescriptor(fd, parent, link.name, link.name.length);
        }
        if (result != 0) {
            Descriptor.close(fd);
            return result;
        }
        file.charged = empty ? 0 : base.size;
        keepTimes(parent, link.name, base);
        result = moved(file, link, parent);
        tree.keep(file, fd, OpenFile.WRITING).release();
        return result;
    }

    private int fill(Node file, int to, Stat base, boolean empty) {
        OpenFile from = tree.data(file, false);
        if (from == null && (!empty || file.isMasked())) {
            return file.isMasked() ? Work.get().failure : -Errno.EIO;
        }
        long result = 0;
        if (from != null) {
            result = empty ? 0 : file.isMasked() ? copyMasked(from.fd, to) : copyData(from.fd, to, base.size);
            UserAttributes.copy(from.fd, to, Quota.ENTRY_BYTES);
            from.release();
        }
        return result < 0 ? (int) result : Descriptor.chmod(to, base.mode & PERMISSIONS);
    }

    /** What is read of a masked file lies in memory, whose bytes the kernel copies to no other filesystem. */
    private static int copyMasked(int from, int to) {
        try {
            Stat stat = new Stat();
            LinuxException.check("stat masked content", stat.read(from));
            Content.copy(from, to, stat.size);
            return 0;
        } catch (LinuxException e) {
            return -e.errno();
        }
    }

    private static long copyData(int from, int to, long size) {
        long done = 0;
        while (done < size) {
            long copied = Descriptor.copyRange(from, done, to, done, size - done);
            if (copied < 0) {
                return copied;
            }
            if (copied == 0) {
                break;
            }
            done += copied;
        }
        return 0;
    }

    private int symlink(Node file, Node.Link link, int parent, Stat base) {
        OpenFile lower = tree.directory(link.parent, tree.layers[file.layer()]);
        if (lower == null) {
            return -Errno.EIO;
        }
        try {
            byte[] target = At.readlink(lower.fd, link.name);
            int made = At.symlink(target, target.length, parent, link.name, link.name.length);
            if (made == 0) {
                keepTimes(parent, link.name, base);
                made = moved(file, link, parent);
            }
            return made;
        } catch (LinuxException e) {
            return -e.errno();
        } finally {
            lower.release();
        }
    }

    /** From now on the node is what lies in the top layer. */
    private int moved(Node node, Node.Link link, int parent) {
        Stat stat = new Stat();
        int result = stat.read(parent, link.name, link.name.length);
        if (result == 0) {
            node.place = Place.of(tree.top().index, stat);
            // After that: whoever opens the old place from now on sees that it was left.
            node.retireFiles();
        }
        return result;
    }

    private static void keepTimes(int parent, byte[] name, Stat base) {
        At.utimens(
                parent, name, name.length, base.accessSeconds, base.accessNanos, base.modifySeconds, base.modifyNanos);
    }

    /** A directory goes on to show the time that it shows, which need not be the one it has. */
    private static Stat shown(Node directory, Stat stat) {
        Guise guise = directory.guise;
        if (guise != null && guise.fits(stat)) {
            stat.modifySeconds = Math.floorDiv(guise.shownModify(), 1_000_000_000L);
            stat.modifyNanos = (int) Math.floorMod(guise.shownModify(), 1_000_000_000L);
        }
        return stat;
    }

    /** Makes a directory, and all above it, be in the top layer too. */
    int directory(Node directory) {
        mark.raise();
        if (tree.isInTop(directory)) {
            return 0;
        }
        synchronized (directories) {
            Node.Link link = directory.link;
            if (tree.isInTop(directory)) {
                return 0;
            }
            if (link == null) {
                return -Errno.ESTALE;
            }
            int result = directory(link.parent);
            return result != 0 ? result : makeDirectory(directory, link);
        }
    }

    private int makeDirectory(Node directory, Node.Link link) {
        Stat base = new Stat();
        int result = tree.stat(directory, base);
        OpenFile parent = result != 0 ? null : tree.directory(link.parent, tree.top());
        if (parent == null) {
            return result != 0 ? result : -Errno.EIO;
        }
        try {
            record(link.parent, link.name, base);
            Stat above = new Stat();
            above.read(parent.fd);
            result = quota.take(Quota.ENTRY_BYTES);
            if (result != 0) {
                return result;
            }
            result = At.mkdir(parent.fd, link.name, link.name.length, base.mode & PERMISSIONS | 0700);
            if (result != 0) {
                quota.give(Quota.ENTRY_BYTES);
            }
            if (result != 0 && result != -Errno.EEXIST) {
                return result;
            }
            keepAttributes(directory, parent.fd, link.name);
            keepTimes(parent.fd, link.name, shown(directory, base));
            keepTimes(parent.fd, SELF, above);
            result = moved(directory, link, parent.fd);
            directory.addLayer(tree.top().bit());
            return result;
        } finally {
            parent.release();
        }
    }

    /** A delta holds nothing of what may not be read, and so no attributes of a bare directory. */
    private void keepAttributes(Node directory, int parent, byte[] name) {
        if (!directory.level.atLeast(Level.READ)) {
            return;
        }
        OpenFile from = tree.directory(directory, tree.layers[directory.layer()]);
        int to = Beneath.open(parent, name, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (from != null && to >= 0) {
            UserAttributes.copy(from.fd, to, Quota.ENTRY_BYTES);
        }
        Descriptor.close(to);
        if (from != null) {
            from.release();
        }
    }

    /**
     * Notes what the base has at a name, if it has something, before the delta covers it. Once the delta holds the name
     * the base may have changed, unseen by the sandbox: that is then a conflict, and no new beginning.
     */
    void record(Node directory, byte[] name, @Nullable Stat base) {
        TreePath path = Work.get().secondPath;
        if (!tree.isHeld(directory, name, name.length) && path.set(tree.prefix, directory)) {
            path.append(name, name.length);
            origins.record(path.bytes, path.length, base);
        }
    }
}
