package io.agentfense.workspace;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The path of a node below the workspace's root, as bytes, without a leading slash. One object is filled again and
 * again; confined to its thread.
 */
final class TreePath {
    private static final int ATTEMPTS = 16;

    byte[] bytes = new byte[4096];
    int length;

    /** Sets the path of a node by its first name; false if it has none, or lies below something that has none. */
    boolean set(byte[] prefix, Node node) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int needed = measure(node);
            if (needed < 0) {
                return false;
            }
            int before = prefix.length;
            int total = needed == 0 ? before : before + needed - (before == 0 ? 1 : 0);
            if (fill(prefix, node, total)) {
                return true;
            }
            // A rename ran through the middle; once more.
        }
        return false;
    }

    /** Appends a child's name. */
    void append(byte[] name, int nameLength) {
        int separator = length == 0 ? 0 : 1;
        reserve(length + separator + nameLength);
        if (separator == 1) {
            bytes[length++] = '/';
        }
        System.arraycopy(name, 0, bytes, length, nameLength);
        length += nameLength;
    }

    /** A copy of the path. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** The bytes that the names above take, each with a slash before it; -1 without a name. */
    private static int measure(Node node) {
        int total = 0;
        for (Node at = node; at.id != 1; ) {
            Node.@Nullable Link link = at.link;
            if (link == null) {
                return -1;
            }
            total += link.name.length + 1;
            at = link.parent;
        }
        return total;
    }

    private boolean fill(byte[] prefix, Node node, int total) {
        reserve(total);
        int end = total;
        for (Node at = node; at.id != 1; ) {
            Node.@Nullable Link link = at.link;
            if (link == null) {
                return false;
            }
            int start = end - link.name.length;
            if (start < 0) {
                return false;
            }
            System.arraycopy(link.name, 0, bytes, start, link.name.length);
            end = start;
            if (end > 0) {
                bytes[--end] = '/';
            }
            at = link.parent;
        }
        System.arraycopy(prefix, 0, bytes, 0, Math.min(prefix.length, total));
        length = total;
        return end == prefix.length;
    }

    private void reserve(int needed) {
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Integer.highestOneBit(needed) * 2);
        }
    }
}
