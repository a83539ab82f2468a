package io.agentfense.workspace;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The children of a directory that the kernel knows, by the bytes of their names. Open addressing, so that a lookup
 * allocates nothing. Not thread-safe: guarded by the directory's monitor.
 */
final class Children {
    private static final byte[] GONE = new byte[0];

    private byte[] @Nullable [] names = new byte[4][];
    private @Nullable Node[] nodes = new Node[4];
    private int used;
    private int live;

    @Nullable
    Node get(byte[] name, int length) {
        int at = find(name, length);
        return at < 0 ? null : nodes[at];
    }

    int size() {
        return live;
    }

    void put(byte[] name, Node node) {
        int at = find(name, name.length);
        if (at >= 0) {
            nodes[at] = node;
            return;
        }
        if ((used + 1) * 4 > names.length * 3) {
            resize();
        }
        insert(name, node);
    }

    /** Removes a name; what it stood for, or null. */
    @Nullable
    Node remove(byte[] name, int length) {
        int at = find(name, length);
        if (at < 0) {
            return null;
        }
        Node removed = nodes[at];
        names[at] = GONE;
        nodes[at] = null;
        live--;
        return removed;
    }

    void forEach(Consumer<Node> action) {
        for (Node node : nodes) {
            if (node != null) {
                action.accept(node);
            }
        }
    }

    /** Visits each name; a node of several names comes once for each. */
    void forEachName(BiConsumer<byte[], Node> action) {
        for (int i = 0; i < nodes.length; i++) {
            byte[] name = names[i];
            Node node = nodes[i];
            if (name != null && node != null) {
                action.accept(name, node);
            }
        }
    }

    private void insert(byte[] name, Node node) {
        int mask = names.length - 1;
        int at = hash(name, name.length) & mask;
        while (names[at] != null) {
            at = (at + 1) & mask;
        }
        names[at] = name;
        nodes[at] = node;
        used++;
        live++;
    }

    private int find(byte[] name, int length) {
        int mask = names.length - 1;
        int at = hash(name, length) & mask;
        while (true) {
            byte[] candidate = names[at];
            if (candidate == null) {
                return -1;
            }
            if (Arrays.equals(candidate, 0, candidate.length, name, 0, length)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    private void resize() {
        byte[] @Nullable [] oldNames = names;
        @Nullable Node[] oldNodes = nodes;
        int capacity = 4;
        while (capacity * 3 < (live + 1) * 4 * 3 / 2) {
            capacity *= 2;
        }
        names = new byte[Math.max(capacity, 4)][];
        nodes = new Node[names.length];
        used = 0;
        live = 0;
        for (int i = 0; i < oldNames.length; i++) {
            byte[] name = oldNames[i];
            Node node = oldNodes[i];
            if (name != null && node != null) {
                insert(name, node);
            }
        }
    }

    private static int hash(byte[] name, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + name[i];
        }
        return hash ^ (hash >>> 15);
    }
}
