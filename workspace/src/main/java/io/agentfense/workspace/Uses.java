package io.agentfense.workspace;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What programs do with the files of one mount. To be asked while no request is under way. */
final class Uses {
    private final View view;

    Uses(View view) {
        this.view = view;
    }

    /** How a path below the workspace's root is in use in this mount. */
    Standstill.Use of(byte[] path) {
        if (isWayTo(path, view.tree.prefix)) {
            return Standstill.Use.NEEDED;
        }
        Node node = isWayTo(view.tree.prefix, path) ? known(path) : null;
        if (node == null || node.opens == 0) {
            return Standstill.Use.NONE;
        }
        node.lingers = true;
        return isWritten(node) ? Standstill.Use.WRITTEN : Standstill.Use.READ;
    }

    private static boolean isWritten(Node node) {
        return node.writers > 0 || node.backing != 0;
    }

    /** Adds the paths of the files that may be written at any time. */
    void written(List<byte[]> paths) {
        TreePath path = Work.get().path;
        view.nodes.forEach(node -> {
            if (isWritten(node) && view.tree.isOnTop(node)) {
                for (Node.Link link = node.link; link != null; link = link.next) {
                    if (path.set(view.tree.prefix, link.parent)) {
                        path.append(link.name, link.name.length);
                        paths.add(path.copy());
                    }
                }
            }
        });
    }

    /** Whether a path leads to another, or is that one; the root leads everywhere. */
    private static boolean isWayTo(byte[] way, byte[] path) {
        int length = way.length;
        return length == 0
                || length <= path.length
                        && Arrays.equals(way, 0, length, path, 0, length)
                        && (length == path.length || path[length] == '/');
    }

    private @Nullable Node known(byte[] path) {
        Node at = view.root;
        for (int from = view.tree.prefix.length == 0 ? 0 : view.tree.prefix.length + 1;
                from < path.length && at != null; ) {
            int end = from;
            while (end < path.length && path[end] != '/') {
                end++;
            }
            byte[] name = Arrays.copyOfRange(path, from, end);
            Children children = at.children;
            at = children == null ? null : children.get(name, name.length);
            from = end + 1;
        }
        return at;
    }
}
