package io.agentfense.workspace;

import io.agentfense.fuse.Name;
import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Xattr;
import io.agentfense.policy.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Extended attributes: those of the user namespace, as they lie on the files. Everything else steers kernels
 * (capabilities, ACLs, overlayfs's marks) and does not exist in here. Thread-safe.
 */
final class XattrOperations {
    private static final byte[] USER = "user.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OVERLAY = "user.overlay.".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LIST = 64 * 1024;

    private final View view;
    private final Access access;
    private final CopyUp copyUp;

    XattrOperations(View view, Access access, CopyUp copyUp) {
        this.view = view;
        this.access = access;
        this.copyUp = copyUp;
    }

    private static boolean ours(byte[] name, int length) {
        return length > USER.length && startsWith(name, length, USER) && !startsWith(name, length, OVERLAY);
    }

    private static boolean startsWith(byte[] name, int length, byte[] prefix) {
        return length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
    }

    int get(Request request, int size, Reply reply) {
        Node node = view.node(request.node());
        Name name = request.name;
        if (node == null) {
            return -Errno.ESTALE;
        }
        if (!ours(name.bytes, name.length)) {
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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(MAX_LIST);
            int length = Xattr.list(fd, names);
            if (length == -Errno.EOPNOTSUPP) {
                length = 0;
            }
            return length < 0 ? length : filtered(names, length, size, reply);
        } finally {
            Descriptor.close(fd);
        }
    }

    private static int filtered(MemorySegment names, int length, int size, Reply reply) {
        byte[] all = new byte[length];
        int kept = 0;
        for (byte[] name : split(names, length)) {
            if (ours(name, name.length)) {
                System.arraycopy(name, 0, all, kept, name.length);
                kept += name.length + 1;
            }
        }
        if (size != 0 && kept > size) {
            return -Errno.ERANGE;
        }
        if (size != 0) {
            MemorySegment.copy(all, 0, reply.dataSegment(kept), ValueLayout.JAVA_BYTE, 0, kept);
        }
        return answer(kept, size, reply);
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
        return view.direct || others(fd, name) + name.length + size <= Quota.ENTRY_BYTES;
    }

    private static long others(int fd, Name name) {
        long bytes = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(MAX_LIST);
            int length = Xattr.list(fd, names);
            for (byte[] each : split(names, Math.max(length, 0))) {
                if (ours(each, each.length) && !Arrays.equals(each, 0, each.length, name.bytes, 0, name.length)) {
                    bytes += each.length + Math.max(Xattr.get(fd, each, each.length, MemorySegment.NULL), 0);
                }
            }
        }
        return bytes;
    }

    /** The names in a list of them, without the zeros that end each. */
    private static List<byte[]> split(MemorySegment names, int length) {
        byte[] all = names.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        List<byte[]> list = new ArrayList<>();
        for (int from = 0, at = 0; at < length; at++) {
            if (all[at] == 0) {
                list.add(Arrays.copyOfRange(all, from, at));
                from = at + 1;
            }
        }
        return list;
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
        if (!ours(name.bytes, name.length)) {
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
