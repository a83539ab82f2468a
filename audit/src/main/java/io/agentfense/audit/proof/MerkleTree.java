package io.agentfense.audit.proof;

import io.agentfense.audit.format.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree of RFC 9162, section 2.1, over a list that grows. Of the tree only the roots of its complete subtrees are
 * kept, at most one for each bit of the size. Not thread-safe.
 */
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest = Sha256.digest();
    private final List<byte[]> peaks = new ArrayList<>();
    private long size;

    /** The tree without leaves. */
    public MerkleTree() {}

    /**
     * The tree of so many leaves, of whose complete subtrees these are the roots, the largest first.
     *
     * @throws IllegalArgumentException if there are not as many as the size has bits
     */
    public MerkleTree(long size, List<byte[]> peaks) {
        if (size < 0 || peaks.size() != Long.bitCount(size)) {
            throw new IllegalArgumentException(peaks.size() + " peaks can't be those of " + size + " leaves");
        }
        this.size = size;
        peaks.forEach(peak -> this.peaks.add(peak.clone()));
    }

    /** How many leaves there are. */
    public long size() {
        return size;
    }

    /** Adds a leaf with this content. */
    public void append(byte[] leaf) {
        digest.update(LEAF);
        byte[] node = digest.digest(leaf);
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            node = parent(peaks.removeLast(), node);
        }
        peaks.add(node);
        size++;
    }

    /** The root; of no leaves it is the hash of nothing. */
    public byte[] root() {
        if (peaks.isEmpty()) {
            return digest.digest();
        }
        byte[] root = peaks.getLast();
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = parent(peaks.get(i), root);
        }
        return root.clone();
    }

    /** The roots of the complete subtrees, the largest first: what a tree needs to grow on. */
    public List<byte[]> peaks() {
        return peaks.stream().map(byte[]::clone).toList();
    }

    private byte[] parent(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }
}
