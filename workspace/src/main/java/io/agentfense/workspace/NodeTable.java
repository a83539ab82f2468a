package io.agentfense.workspace;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one mount by their numbers. Reading takes no lock; numbers are handed out and taken back under one.
 *
 * <p>A number is used again only after the kernel has forgotten it, so none that the kernel sends is ever another's.
 */
final class NodeTable {
    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private volatile @Nullable Node[][] chunks = new Node[0][];
    private long[] free = new long[64];
    private int freeCount;
    private long next = 1;

    /** The node of a number, or null if there is none. */
    @Nullable
    Node get(long id) {
        @Nullable Node[][] now = chunks;
        long chunk = id >>> CHUNK_BITS;
        return chunk < now.length ? now[(int) chunk][(int) id & (CHUNK - 1)] : null;
    }

    /** A number that no node has; the root's comes first. */
    synchronized long allocate() {
        return freeCount > 0 ? free[--freeCount] : next++;
    }

    synchronized void put(Node node) {
        int chunk = (int) (node.id >>> CHUNK_BITS);
        @Nullable Node[][] now = chunks;
        if (chunk >= now.length) {
            @Nullable Node[][] more = java.util.Arrays.copyOf(now, chunk + 1);
            for (int i = now.length; i <= chunk; i++) {
                more[i] = new Node[CHUNK];
            }
            now = more;
        }
        now[chunk][(int) node.id & (CHUNK - 1)] = node;
        chunks = now;
    }

    synchronized void remove(Node node) {
        @Nullable Node[] chunk = chunks[(int) (node.id >>> CHUNK_BITS)];
        int slot = (int) node.id & (CHUNK - 1);
        if (chunk[slot] != node) {
            return;
        }
        chunk[slot] = null;
        if (freeCount == free.length) {
            free = java.util.Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = node.id;
    }

    /** Visits every node there is at this moment, the root first. */
    void forEach(Consumer<Node> action) {
        for (@Nullable Node[] chunk : chunks) {
            for (Node node : chunk) {
                if (node != null) {
                    action.accept(node);
                }
            }
        }
    }
}
