package io.agentfense.workspace;

import io.agentfense.fuse.Name;
import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;
import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Whatever makes, removes or moves names. Each works under the monitors of the directories it changes, and touches only
 * the top layer. Thread-safe.
 */
final class NamespaceOperations {
    private final View view;
    private final Access access;
    private final CopyUp copyUp;
    private final Quota quota;
    private final DataOperations data;
    private final Whiteouts whiteouts;
    private final Removal removal;

    NamespaceOperations(View view, Access access, CopyUp copyUp, Quota quota, DataOperations data, Removal removal) {
        this.view = view;
        this.access = access;
        this.copyUp = copyUp;
        this.quota = quota;
        this.data = data;
        this.removal = removal;
        this.whiteouts = removal.whiteouts();
    }

    /** Makes one thing by name in the top layer's directory; zero or a negated errno. */
    @FunctionalInterface
    private interface Maker {
        int make(int directory, byte[] name, int length);
    }

    int mkdir(Request request, int mode, Reply reply) {
        Maker maker = (directory, name, length) -> At.mkdir(directory, name, length, mode & 01777);
        return make(request, "mkdir", mode & 01777, maker, reply);
    }

    int symlink(Request request, Reply reply) {
        Name target = request.target;
        Maker maker = (directory, name, length) -> At.symlink(target.bytes, target.length, directory, name, length);
        return make(request, "symlink", 0777, maker, reply);
    }

    int mknod(Request request, int mode, Reply reply) {
        int type = mode & Stat.S_IFMT;
        if (type == Stat.S_IFCHR || type == Stat.S_IFBLK) {
            return -Errno.EPERM;
        }
        Maker maker = (directory, name, length) -> At.mknod(directory, name, length, mode & ~06000, 0);
        return make(request, type == Stat.S_IFREG ? "create" : "mknod", mode & 01777, maker, reply);
    }

    private int make(Request request, String operation, int mode, Maker maker, Reply reply) {
        Node directory = view.node(request.node());
        Name name = request.name;
        if (directory == null || !directory.isDirectory()) {
            return -Errno.ENOENT;
        }
        int refused = access.make(request, directory, name.bytes, name.length, operation);
        if (refused != 0) {
            return refused;
        }
        synchronized (directory) {
            Work work = Work.get();
            refused = free(directory, name, work);
            if (refused == 0) {
                refused = quota.take(Quota.ENTRY_BYTES);
            }
            if (refused != 0) {
                return refused;
            }
            Node node = made(directory, name, mode, maker, work);
            if (node == null) {
                quota.give(Quota.ENTRY_BYTES);
                return work.failure;
            }
            view.appearance.show(node, work.found.stat, request.attributes);
            node.countLookup();
            reply.entry(node.id, Appearance.nameTimeToLive(directory), request.attributes);
            return 0;
        }
    }

    /** Whether a name is free: EEXIST if something visible has it, EACCES if something else does. */
    private int free(Node directory, Name name, Work work) {
        if (view.child(directory, name.bytes, name.length, work) != null) {
            return -Errno.EEXIST;
        }
        boolean taken = view.tree.locate(directory, name.bytes, name.length, work.found) == 0;
        return taken && !view.isRemoved(work.found.stat) ? -Errno.EACCES : 0;
    }

    /** Makes something in the top layer, over a whiteout if there is one; null with the reason in the work. */
    private @Nullable Node made(Node directory, Name name, int mode, Maker maker, Work work) {
        work.failure = copyUp.directory(directory);
        OpenFile parent = work.failure != 0 ? null : view.tree.directory(directory, view.tree.top());
        if (parent == null) {
            work.failure = work.failure != 0 ? work.failure : -Errno.EIO;
            return null;
        }
        try {
            boolean covering = whiteouts.uncover(parent.fd, name.bytes, name.length);
            int result = maker.make(parent.fd, name.bytes, name.length);
            if (result == -Errno.EEXIST && view.restore(parent.fd, name)) {
                result = 0;
            }
            if (result == 0) {
                result = work.found.stat.read(parent.fd, name.bytes, name.length);
            }
            if (result != 0) {
                if (covering) {
                    whiteouts.cover(parent.fd, name.bytes, name.length);
                }
                work.failure = result;
                return null;
            }
            finish(parent.fd, name, mode, covering, work);
        } finally {
            parent.release();
        }
        return adopt(directory, name, work);
    }

    /** Sets the mode that our own umask took, and hides what a directory's name covered. */
    private static void finish(int parent, Name name, int mode, boolean covering, Work work) {
        Stat stat = work.found.stat;
        boolean wrongMode = !stat.isSymlink() && (stat.mode & 01777) != mode;
        if (!wrongMode && !(covering && stat.isDirectory())) {
            return;
        }
        int fd = Beneath.open(parent, name.bytes, name.length, OpenFlags.O_PATH, 0);
        if (fd >= 0) {
            if (wrongMode && Descriptor.chmod(fd, mode) == 0) {
                stat.mode = (stat.mode & Stat.S_IFMT) | mode;
            }
            if (covering && stat.isDirectory()) {
                Tree.makeOpaque(fd);
            }
            Descriptor.close(fd);
        }
    }

    private Node adopt(Node directory, Name name, Work work) {
        Work.Found found = work.found;
        view.foundOnTop(found);
        found.originIs(found.stat);
        var state = directory.state.child(name.bytes, 0, name.length);
        Node node = view.adopt(directory, name.copy(), state, state.level(), found);
        directory.namesChange();
        node.made = true;
        if (view.direct) {
            view.madeHere(found.stat);
        }
        return node;
    }

    int create(Request request, int flags, int mode, Reply reply) {
        Node directory = view.node(request.node());
        Name name = request.name;
        if (directory == null || !directory.isDirectory()) {
            return -Errno.ENOENT;
        }
        int refused = access.make(request, directory, name.bytes, name.length, "create");
        if (refused != 0) {
            return refused;
        }
        Node node;
        synchronized (directory) {
            Work work = Work.get();
            refused = free(directory, name, work);
            if (refused == 0) {
                refused = quota.take(Quota.ENTRY_BYTES);
            }
            if (refused != 0) {
                return refused;
            }
            int[] opened = {-1};
            Maker maker = (parent, bytes, length) -> {
                int fd = Beneath.open(
                        parent,
                        bytes,
                        length,
                        OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_RDWR,
                        mode & 0777 | 0600);
                opened[0] = fd;
                return Math.min(fd, 0);
            };
            node = made(directory, name, mode & 01777, maker, work);
            if (node == null) {
                quota.give(Quota.ENTRY_BYTES);
                return work.failure;
            }
            view.tree.keep(node, opened[0], OpenFile.WRITING).release();
            node.readable = true;
            view.appearance.show(node, work.found.stat, request.attributes);
            node.countLookup();
            reply.entry(node.id, Appearance.nameTimeToLive(directory), request.attributes);
            data.hold(node);
        }
        int result = data.opened(node, (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY, reply);
        data.letGo(node);
        return result;
    }

    int link(Request request, long source, Reply reply) {
        Node directory = view.node(request.node());
        Node file = view.node(source);
        Name name = request.name;
        if (directory == null || file == null) {
            return -Errno.ENOENT;
        }
        int refused = access.write(file, "link");
        if (refused == 0) {
            refused = access.make(request, directory, name.bytes, name.length, "link");
        }
        if (refused == 0) {
            refused = copyUp.file(file, false);
        }
        if (refused != 0) {
            return refused;
        }
        synchronized (directory) {
            Work work = Work.get();
            refused = free(directory, name, work);
            if (refused == 0) {
                refused = copyUp.directory(directory);
            }
            if (refused == 0) {
                refused = quota.take(Quota.ENTRY_BYTES);
            }
            if (refused != 0) {
                return refused;
            }
            int result = linked(request, directory, file, reply);
            if (result != 0) {
                quota.give(Quota.ENTRY_BYTES);
            }
            return result;
        }
    }

    private int linked(Request request, Node directory, Node file, Reply reply) {
        Name name = request.name;
        OpenFile to = view.tree.directory(directory, view.tree.top());
        if (to == null) {
            return -Errno.EIO;
        }
        Stat stat = Work.get().stat;
        try {
            whiteouts.uncover(to.fd, name.bytes, name.length);
            int result = giveName(file, to.fd, name);
            result = result != 0 ? result : stat.read(to.fd, name.bytes, name.length);
            if (result != 0) {
                return result;
            }
        } finally {
            to.release();
        }
        byte[] copy = name.copy();
        directory.directory().put(copy, file);
        directory.namesChange();
        if (file.addLink(directory, copy)) {
            // A file without a name has been charged as if it had one.
            quota.give(Quota.ENTRY_BYTES);
        }
        view.named(stat, file, directory.state.child(copy, 0, copy.length));
        view.appearance.show(file, stat, request.attributes);
        file.countLookup();
        reply.entry(file.id, Appearance.nameTimeToLive(directory), request.attributes);
        return 0;
    }

    /** Links a file by the name it has, or by the descriptor that is held of one without. */
    private int giveName(Node file, int to, Name name) {
        Node.Link link = file.link;
        if (link == null) {
            OpenFile held = file.acquirePinned();
            if (held == null) {
                return -Errno.ENOENT;
            }
            int result = At.linkDescriptor(held.fd, to, name.bytes, name.length);
            held.release();
            return result;
        }
        OpenFile from = view.tree.directory(link.parent, view.tree.top());
        if (from == null) {
            return -Errno.EIO;
        }
        int result = At.link(from.fd, link.name, link.name.length, to, name.bytes, name.length);
        from.release();
        return result;
    }

    int unlink(Request request) {
        return remove(request, false);
    }

    int rmdir(Request request) {
        return remove(request, true);
    }

    private int remove(Request request, boolean wantsDirectory) {
        Node directory = view.node(request.node());
        Name name = request.name;
        if (directory == null || !directory.isDirectory()) {
            return -Errno.ENOENT;
        }
        synchronized (directory) {
            Work work = Work.get();
            Node node = view.child(directory, name.bytes, name.length, work);
            if (node == null) {
                return -Errno.ENOENT;
            }
            String operation = wantsDirectory ? "rmdir" : "unlink";
            int refused = access.write(node, operation);
            if (refused == 0) {
                refused = Access.entries(request, directory);
            }
            if (refused != 0) {
                return refused;
            }
            if (node.isDirectory() != wantsDirectory) {
                return wantsDirectory ? -Errno.ENOTDIR : -Errno.EISDIR;
            }
            return wantsDirectory
                    ? removal.directory(directory, node, name.bytes, name.length)
                    : removal.file(directory, node, name.bytes, name.length);
        }
    }

    int rename(Request request, long newParent, int flags) {
        Node from = view.node(request.node());
        Node to = view.node(newParent);
        if (from == null || to == null) {
            return -Errno.ENOENT;
        }
        if ((flags & ~(At.RENAME_NOREPLACE | At.RENAME_EXCHANGE)) != 0) {
            return -Errno.EINVAL;
        }
        Node first = from.id <= to.id ? from : to;
        synchronized (first) {
            synchronized (first == from ? to : from) {
                return new Renaming(view, access, copyUp, whiteouts, removal).rename(request, from, to, flags);
            }
        }
    }

    /** A file without a name in a directory that may be written; {@link #link} may give it one later. */
    int tmpfile(Request request, int flags, int mode, Reply reply) {
        Node directory = view.node(request.node());
        if (directory == null || !directory.isDirectory()) {
            return -Errno.ENOENT;
        }
        int refused = access.write(directory, "create");
        if (refused == 0) {
            refused = copyUp.directory(directory);
        }
        if (refused == 0) {
            refused = quota.take(Quota.ENTRY_BYTES);
        }
        OpenFile parent = refused != 0 ? null : view.tree.directory(directory, view.tree.top());
        if (parent == null) {
            return refused != 0 ? refused : -Errno.EIO;
        }
        int fd = Beneath.open(parent.fd, new byte[0], 0, OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, mode & 0777 | 0600);
        parent.release();
        Work.Found found = Work.get().found;
        int result = fd < 0 ? fd : found.stat.read(fd);
        if (result == 0 && (found.stat.mode & 01777) != (mode & 01777)) {
            result = Descriptor.chmod(fd, mode & 01777);
            found.stat.mode = (found.stat.mode & Stat.S_IFMT) | (mode & 01777);
        }
        if (result != 0) {
            Descriptor.close(fd);
            quota.give(Quota.ENTRY_BYTES);
            return result;
        }
        view.foundOnTop(found);
        found.originIs(found.stat);
        Node node = view.nameless(directory, found);
        // Held as long as the file is open: nothing else leads to it.
        node.pinned = view.tree.keep(node, fd, OpenFile.WRITING);
        view.appearance.show(node, found.stat, request.attributes);
        node.countLookup();
        reply.entry(node.id, 0, request.attributes);
        return data.opened(node, (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY, reply);
    }
}
