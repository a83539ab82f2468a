package io.agentfense.workspace;

import io.agentfense.fuse.AttributeChange;
import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;
import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import org.jspecify.annotations.Nullable;

/** SETATTR: size, mode, owner and times. All need {@code write}. Thread-safe. */
final class AttributeOperations {
    private static final int TIMES = AttributeChange.ATIME | AttributeChange.MTIME;

    private final View view;
    private final Access access;
    private final CopyUp copyUp;
    private final Quota quota;

    AttributeOperations(View view, Access access, CopyUp copyUp, Quota quota) {
        this.view = view;
        this.access = access;
        this.copyUp = copyUp;
        this.quota = quota;
    }

    int setattr(Request request, AttributeChange change, Reply reply) {
        Node node = view.node(request.node());
        if (node == null) {
            return -Errno.ESTALE;
        }
        int refused = access.write(node, operation(change));
        if (refused == 0) {
            refused = foreignOwner(request, change);
        }
        if (refused == 0) {
            refused = node.isDirectory() ? copyUp.directory(node) : copyUp.file(node, false);
        }
        if (refused == 0) {
            refused = apply(node, change);
        }
        if (refused != 0) {
            return refused;
        }
        Stat stat = Work.get().stat;
        int result = view.tree.stat(node, stat);
        if (result != 0) {
            return result;
        }
        view.appearance.show(node, stat, request.attributes);
        reply.attributes(request.attributes);
        return 0;
    }

    private static String operation(AttributeChange change) {
        if (change.has(AttributeChange.SIZE)) {
            return "truncate";
        }
        if (change.has(AttributeChange.MODE)) {
            return "chmod";
        }
        return change.has(AttributeChange.UID | AttributeChange.GID) ? "chown" : "utimens";
    }

    /** Everything belongs to the sandbox's user; giving a file away is not for its user to do. */
    private int foreignOwner(Request request, AttributeChange change) {
        boolean uid = change.has(AttributeChange.UID) && change.uid != view.owner.uid();
        boolean gid = change.has(AttributeChange.GID) && change.gid != view.owner.gid();
        return (uid || gid) && request.uid() != 0 ? -Errno.EPERM : 0;
    }

    private int apply(Node node, AttributeChange change) {
        int result = change.has(AttributeChange.SIZE) ? resize(node, change.size) : 0;
        if (result == 0 && change.has(AttributeChange.MODE)) {
            result = chmod(node, change.mode & 01777);
        }
        if (result == 0 && change.has(TIMES)) {
            result = times(node, change);
        }
        return result;
    }

    private int resize(Node node, long size) {
        if (!node.isRegular()) {
            return -(node.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
        }
        int result = quota.resize(node, size);
        OpenFile held = result != 0 ? null : view.tree.data(node, true);
        if (held == null) {
            return result != 0 ? result : -Errno.EIO;
        }
        result = Descriptor.truncate(held.fd, size);
        held.release();
        node.writtenAt = System.nanoTime() | 1;
        return result;
    }

    private int chmod(Node node, int mode) {
        int fd = locate(node);
        if (fd < 0) {
            return fd;
        }
        int result = Descriptor.chmod(fd, mode);
        Descriptor.close(fd);
        return result;
    }

    /** An O_PATH descriptor of a node in its layer, which the caller closes. */
    private int locate(Node node) {
        OpenFile held = node.acquire(OpenFile.WRITING);
        if (held != null) {
            int copy = Descriptor.duplicate(held.fd);
            held.release();
            return copy;
        }
        Node.@Nullable Link link = node.link;
        if (link == null) {
            return node == view.root
                    ? view.tree.open(node, view.tree.layers[node.layer()], OpenFlags.O_PATH)
                    : -Errno.ESTALE;
        }
        OpenFile parent = view.tree.directory(link.parent, view.tree.layers[node.layer()]);
        if (parent == null) {
            return -Errno.ESTALE;
        }
        int fd = Beneath.open(parent.fd, link.name, link.name.length, OpenFlags.O_PATH, 0);
        parent.release();
        return fd;
    }

    private int times(Node node, AttributeChange change) {
        long accessNanos = nanos(change, AttributeChange.ATIME, AttributeChange.ATIME_NOW, change.accessNanos);
        long modifyNanos = nanos(change, AttributeChange.MTIME, AttributeChange.MTIME_NOW, change.modifyNanos);
        OpenFile held = node.link == null ? node.acquire(OpenFile.WRITING) : null;
        if (held != null) {
            int result =
                    Descriptor.times(held.fd, change.accessSeconds, accessNanos, change.modifySeconds, modifyNanos);
            held.release();
            return result;
        }
        Node.Link link = node.link;
        OpenFile parent = link == null ? null : view.tree.directory(link.parent, view.tree.layers[node.layer()]);
        if (link == null || parent == null) {
            return node == view.root ? 0 : -Errno.ESTALE;
        }
        int result = At.utimens(
                parent.fd,
                link.name,
                link.name.length,
                change.accessSeconds,
                accessNanos,
                change.modifySeconds,
                modifyNanos);
        parent.release();
        return result;
    }

    private static long nanos(AttributeChange change, int set, int now, int nanos) {
        if (change.has(now)) {
            return At.UTIME_NOW;
        }
        return change.has(set) ? nanos : At.UTIME_OMIT;
    }

    /** The size of the filesystem: the delta's quota, or a constant, and never what the host's disk has. */
    int statfs(Reply reply) {
        long limit = quota.limit() == Long.MAX_VALUE ? 1L << 40 : quota.limit();
        long free = Math.max(0, limit - quota.used());
        reply.statistics(limit / 4096, free / 4096, 1L << 20, 1L << 19, 4096);
        return 0;
    }
}
