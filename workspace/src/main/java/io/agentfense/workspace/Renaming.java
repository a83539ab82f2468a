package io.agentfense.workspace;

import io.agentfense.fuse.Name;
import io.agentfense.fuse.Request;
import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import org.jspecify.annotations.Nullable;

/** One rename. The caller holds both directories' monitors. */
final class Renaming {
    private final View view;
    private final Access access;
    private final CopyUp copyUp;
    private final Whiteouts whiteouts;
    private final Removal removal;

    Renaming(View view, Access access, CopyUp copyUp, Whiteouts whiteouts, Removal removal) {
        this.view = view;
        this.access = access;
        this.copyUp = copyUp;
        this.whiteouts = whiteouts;
        this.removal = removal;
    }

    int rename(Request request, Node from, Node to, int flags) {
        Work work = Work.get();
        Name oldName = request.name;
        Name newName = request.newName;
        Node source = view.child(from, oldName.bytes, oldName.length, work);
        if (source == null) {
            return -Errno.ENOENT;
        }
        int refused = access.write(source, "rename");
        if (refused == 0) {
            refused = Access.entries(request, from);
        }
        if (refused == 0) {
            refused = access.make(request, to, newName.bytes, newName.length, "rename");
        }
        if (refused != 0) {
            return refused;
        }
        Node target = view.child(to, newName.bytes, newName.length, work);
        if (target == null && view.tree.locate(to, newName.bytes, newName.length, work.found) == 0) {
            return -Errno.EACCES;
        }
        if (target == source) {
            return 0;
        }
        boolean exchange = (flags & At.RENAME_EXCHANGE) != 0;
        int impossible = impossible(source, target, to, newName, flags, exchange);
        if (impossible != 0) {
            return impossible;
        }
        return exchange && target != null
                ? exchange(from, oldName, source, to, newName, target)
                : move(from, oldName, source, to, newName, target);
    }

    private int impossible(Node source, @Nullable Node target, Node to, Name newName, int flags, boolean exchange) {
        if ((flags & At.RENAME_NOREPLACE) != 0 && target != null) {
            return -Errno.EEXIST;
        }
        if (exchange && target == null) {
            return -Errno.ENOENT;
        }
        if (target != null && !target.level.atLeast(Level.WRITE)) {
            return view.deny(target, "rename");
        }
        if (source.isDirectory()) {
            PathState state = to.state.child(newName.bytes, 0, newName.length);
            if (!movable(source, state)) {
                return -Errno.EXDEV;
            }
        }
        if (target != null && target.isDirectory() && exchange && !movable(target, source.state)) {
            return -Errno.EXDEV;
        }
        if (target != null && !exchange && target.isDirectory() != source.isDirectory()) {
            return target.isDirectory() ? -Errno.EISDIR : -Errno.ENOTDIR;
        }
        return 0;
    }

    /** A directory moves in place if it was made here, and all it holds may be written before and after. */
    private boolean movable(Node directory, PathState state) {
        boolean ours = view.direct
                ? view.wasMadeHere(directory)
                : directory.layers() == view.tree.top().bit();
        return ours && Subtree.isWritable(view.tree, directory, directory.state, state);
    }

    private int move(Node from, Name oldName, Node source, Node to, Name newName, @Nullable Node target) {
        int result = ready(source, from, to);
        if (result == 0 && target != null) {
            result = replace(to, target, newName);
        }
        if (result != 0) {
            return result;
        }
        boolean leavesWhiteout = !view.direct && view.tree.covers(from, oldName.bytes, oldName.length);
        boolean landsOnLower = !view.direct && view.tree.covers(to, newName.bytes, newName.length);
        if (landsOnLower) {
            removal.note(to, newName.bytes, newName.length);
        }
        if (leavesWhiteout) {
            removal.note(from, oldName.bytes, oldName.length);
        }
        result = onDisk(from, oldName, to, newName, source.isDirectory() && landsOnLower, leavesWhiteout);
        if (result == 0) {
            relink(from, oldName, source, to, newName);
        }
        return result;
    }

    private int ready(Node node, Node from, Node to) {
        int result = node.isDirectory() ? 0 : copyUp.file(node, false);
        result = result != 0 ? result : copyUp.directory(from);
        return result != 0 ? result : copyUp.directory(to);
    }

    /** Makes way: a directory must be empty and goes, a file is replaced by the rename itself. */
    private int replace(Node to, Node target, Name newName) {
        if (target.isDirectory()) {
            return removal.directory(to, target, newName.bytes, newName.length);
        }
        removal.keepOpen(target);
        view.detach(to, newName.bytes, newName.length, target);
        removal.discharge(target);
        return 0;
    }

    private int onDisk(Node from, Name oldName, Node to, Name newName, boolean opaque, boolean leavesWhiteout) {
        OpenFile old = view.tree.directory(from, view.tree.top());
        OpenFile fresh = view.tree.directory(to, view.tree.top());
        try {
            if (old == null || fresh == null) {
                return -Errno.EIO;
            }
            whiteouts.uncover(fresh.fd, newName.bytes, newName.length);
            if (opaque) {
                markOpaque(old.fd, oldName);
            }
            int flags = leavesWhiteout ? At.RENAME_WHITEOUT : 0;
            int result =
                    At.rename(old.fd, oldName.bytes, oldName.length, fresh.fd, newName.bytes, newName.length, flags);
            if (result == -Errno.EINVAL && leavesWhiteout) {
                result = At.rename(old.fd, oldName.bytes, oldName.length, fresh.fd, newName.bytes, newName.length, 0);
                return result != 0 ? result : whiteouts.cover(old.fd, oldName.bytes, oldName.length);
            }
            if (result == 0 && leavesWhiteout) {
                whiteouts.left();
            }
            return result;
        } finally {
            if (old != null) {
                old.release();
            }
            if (fresh != null) {
                fresh.release();
            }
        }
    }

    private static void markOpaque(int parent, Name name) {
        int fd = Beneath.open(parent, name.bytes, name.length, OpenFlags.O_PATH, 0);
        if (fd >= 0) {
            Tree.makeOpaque(fd);
            Descriptor.close(fd);
        }
    }

    /** A directory must not merge with one that lower layers have of the name it is about to get. */
    private void closeOff(int parent, Name name, Node node, Node to, Name newName) {
        if (node.isDirectory() && !view.direct && view.tree.covers(to, newName.bytes, newName.length)) {
            markOpaque(parent, name);
        }
    }

    private void relink(Node from, Name oldName, Node source, Node to, Name newName) {
        // The new name first: a file that had none for a moment could be taken for a removed one.
        byte[] name = newName.copy();
        to.directory().put(name, source);
        source.addLink(to, name);
        from.directory().remove(oldName.bytes, oldName.length);
        from.namesChange();
        to.namesChange();
        source.removeLink(from, oldName.bytes, oldName.length);
        source.state = to.state.child(name, 0, name.length);
        source.level = source.state.level();
        source.mask(source.state.isMasked());
        if (source.isDirectory()) {
            view.redecide(source);
        }
    }

    private int exchange(Node from, Name oldName, Node source, Node to, Name newName, Node target) {
        int result = ready(source, from, to);
        result = result != 0 ? result : ready(target, from, to);
        OpenFile old = result != 0 ? null : view.tree.directory(from, view.tree.top());
        OpenFile fresh = result != 0 ? null : view.tree.directory(to, view.tree.top());
        if (old != null && fresh != null) {
            closeOff(old.fd, oldName, source, to, newName);
            closeOff(fresh.fd, newName, target, from, oldName);
            result = At.rename(
                    old.fd, oldName.bytes, oldName.length, fresh.fd, newName.bytes, newName.length, At.RENAME_EXCHANGE);
        } else if (result == 0) {
            result = -Errno.EIO;
        }
        if (old != null) {
            old.release();
        }
        if (fresh != null) {
            fresh.release();
        }
        if (result == 0) {
            relink(from, oldName, source, to, newName);
            byte[] name = oldName.copy();
            from.directory().put(name, target);
            target.addLink(from, name);
            target.removeLink(to, newName.bytes, newName.length);
            target.state = from.state.child(name, 0, name.length);
            target.level = target.state.level();
            target.mask(target.state.isMasked());
            view.redecide(target);
        }
        return result;
    }
}
