package io.agentfense.workspace;

import io.agentfense.fuse.Name;
import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Xattr;
import io.agentfense.policy.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Extended attributes: those of the user namespace, as they lie on the files. Everything else steers kernels
 * (capabilities, ACLs, overlayfs's marks) and does not exist in here. Thread-safe.
 */
final class XattrOperations {
    private final View view;
    private final Access access;
    private final CopyUp copyUp;

    XattrOperations(View view, Access access, CopyUp copyUp) {
        this.view = view;
        this.access = access;
        this.copyUp = copyUp;
    }

    int get(Request request, int size, Reply reply) {
        Node node = view.node(request.node());
        Name name = request.name;
        if (node == null) {
            return -Errno.ESTALE;
        }
        if (!UserAttributes.include(name.bytes, name.length)) {
            return -Errno.EOPNOTSUPP;
        }
        int refused = access.read(node, "getxattr");
        int fd = refused != 0 ? refused : open(node);
        if (fd < 0) {
            return fd;
        }
        int result = Xattr.get(fd, name.bytes, name.length, reply.dataSegment(size));
        Descriptor.close(fd);
        return answer(result, size, reply);
    }

    private static int answer(int result, int size, Reply reply) {
        if (result < 0) {
            return result;
        }
        if (size == 0) {
            reply.count(result);
        } else {
            reply.data(result);
        }
        return 0;
    }

    int list(Request request, int size, Reply reply) {
        Node node = view.node(request.node());
        if (node == null) {
            return -Errno.ESTALE;
        }
        if (node.level == Level.NONE) {
            // A bare directory, which ls -l asks too: it has none, whatever the hidden one on disk has.
            return answer(0, size, reply);
        }
        if (!node.level.atLeast(Level.READ)) {
            return access.read(node, "listxattr");
        }
        int fd = open(node);
        if (fd < 0) {
            return fd;
        }
        try {
            return listed(UserAttributes.names(fd), size, reply);
        } catch (LinuxException e) {
            return -e.errno();
        } finally {
            Descriptor.close(fd);
        }
    }

    /** The names as the kernel wants them: each ends in a zero. */
    private static int listed(List<byte[]> names, int size, Reply reply) {
        int bytes = 0;
        for (byte[] name : names) {
            bytes += name.length + 1;
        }
        if (size != 0 && bytes > size) {
            return -Errno.ERANGE;
        }
        if (size != 0) {
            MemorySegment list = reply.dataSegment(bytes);
            long at = 0;
            for (byte[] name : names) {
                MemorySegment.copy(name, 0, list, ValueLayout.JAVA_BYTE, at, name.length);
                list.set(ValueLayout.JAVA_BYTE, at + name.length, (byte) 0);
                at += name.length + 1;
            }
        }
        return answer(bytes, size, reply);
    }

    int set(Request request, int size, long address, int flags) {
        Node node = view.node(request.node());
        if (node == null) {
            return -Errno.ESTALE;
        }
        int refused = change(node, request.name, "setxattr");
        int fd = refused != 0 ? refused : open(node);
        if (fd < 0) {
            return fd;
        }
        int result = fits(fd, request.name, size)
                ? Xattr.set(fd, request.name.bytes, request.name.length, address, size, flags)
                : -Errno.ENOSPC;
        Descriptor.close(fd);
        return result;
    }

    /** Whether all that a program gives a file in a delta stays within what the delta was charged for its name. */
    private boolean fits(int fd, Name name, int size) {
        if (view.direct) {
            return true;
        }
        try {
            List<byte[]> others = new ArrayList<>(UserAttributes.names(fd));
            others.removeIf(each -> Arrays.equals(each, 0, each.length, name.bytes, 0, name.length));
            return UserAttributes.bytes(fd, others) + name.length + size <= Quota.ENTRY_BYTES;
        } catch (LinuxException e) {
            return false;
        }
    }

    int remove(Request request) {
        Node node = view.node(request.node());
        if (node == null) {
            return -Errno.ESTALE;
        }
        int refused = change(node, request.name, "removexattr");
        int fd = refused != 0 ? refused : open(node);
        if (fd < 0) {
            return fd;
        }
        int result = Xattr.remove(fd, request.name.bytes, request.name.length);
        Descriptor.close(fd);
        return result;
    }

    private int change(Node node, Name name, String operation) {
        int refused = access.write(node, operation);
        if (refused != 0) {
            return refused;
        }
        if (!UserAttributes.include(name.bytes, name.length)) {
            return -Errno.EOPNOTSUPP;
        }
        return node.isDirectory() ? copyUp.directory(node) : copyUp.file(node, false);
    }

    /** An O_PATH descriptor, which the caller closes. */
    private int open(Node node) {
        Node.Link link = node.link;
        Layer layer = view.tree.layers[node.layer()];
        if (link == null) {
            return node == view.root ? view.tree.open(node, layer, OpenFlags.O_PATH) : -Errno.ESTALE;
        }
        OpenFile parent = view.tree.directory(link.parent, layer);
        if (parent == null) {
            return -Errno.ESTALE;
        }
        int fd = Beneath.open(parent.fd, link.name, link.name.length, OpenFlags.O_PATH, 0);
        parent.release();
        return fd;
    }
}
