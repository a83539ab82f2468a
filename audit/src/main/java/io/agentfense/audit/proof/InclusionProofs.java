package io.agentfense.audit.proof;

import io.agentfense.audit.format.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Proofs that some leaves are in a Merkle tree, RFC 9162, section 2.1.3, made in one pass over all of them. Of the tree only
 * the roots of its complete subtrees are kept, and of each wanted leaf its path so far. Not thread-safe.
 */
public final class InclusionProofs {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /**
     * The proof of one leaf.
     *
     * @param index of the leaf, from 0
     * @param path hashes of the subtrees beside its way to the root, the nearest first
     */
    public record Proof(long index, List<byte[]> path) {}

    private record Subtree(byte[] hash, List<Proof> wanted) {}

    private final MessageDigest digest = Sha256.digest();
    private final List<Subtree> peaks = new ArrayList<>();
    private long size;

    /**
     * Behind the leaves of a tree of which nothing is wanted.
     *
     * @param size of that tree; 0 to begin with the first leaf
     * @param peaks the roots of its complete subtrees, the largest first, see {@link MerkleTree#peaks}
     * @throws IllegalArgumentException if there are not as many as the size has bits
     */
    public InclusionProofs(long size, List<byte[]> peaks) {
        if (size < 0 || peaks.size() != Long.bitCount(size)) {
            throw new IllegalArgumentException(peaks.size() + " peaks can't be those of " + size + " leaves");
        }
        this.size = size;
        peaks.forEach(peak -> this.peaks.add(new Subtree(peak.clone(), List.of())));
    }

    /** How many leaves there are by now. */
    public long size() {
        return size;
    }

    /** Adds the next leaf. */
    public void append(byte[] leaf, boolean wanted) {
        Subtree node = new Subtree(leafHash(leaf), wanted ? List.of(new Proof(size, new ArrayList<>())) : List.of());
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            node = join(peaks.removeLast(), node);
        }
        peaks.add(node);
        size++;
    }

    private byte[] leafHash(byte[] leaf) {
        digest.update(LEAF);
        return digest.digest(leaf);
    }

    private Subtree join(Subtree left, Subtree right) {
        left.wanted.forEach(proof -> proof.path.add(right.hash));
        right.wanted.forEach(proof -> proof.path.add(left.hash));
        List<Proof> wanted = left.wanted;
        if (left.wanted.isEmpty()) {
            wanted = right.wanted;
        } else if (!right.wanted.isEmpty()) {
            wanted = new ArrayList<>(left.wanted);
            wanted.addAll(right.wanted);
        }
        return new Subtree(node(left.hash, right.hash), wanted);
    }

    private byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    /**
     * Completes the proofs, for the tree as it is; nothing can be added any more.
     *
     * @return those of the wanted leaves, in their order
     */
    public List<Proof> finish() {
        if (peaks.isEmpty()) {
            return List.of();
        }
        while (peaks.size() > 1) {
            Subtree right = peaks.removeLast();
            peaks.add(join(peaks.removeLast(), right));
        }
        return List.copyOf(peaks.getFirst().wanted);
    }

    /** The root, once it is {@link #finish finished}; of no leaves the hash of nothing. */
    public byte[] root() {
        if (peaks.size() > 1) {
            throw new IllegalStateException("not finished");
        }
        return peaks.isEmpty() ? digest.digest() : peaks.getFirst().hash.clone();
    }

    /** Whether a proof holds, as anybody can find out: RFC 9162, section 2.1.3.2. */
    public static boolean holds(Proof proof, byte[] leaf, long size, byte[] root) {
        InclusionProofs hashes = new InclusionProofs(0, List.of());
        long at = proof.index();
        long last = size - 1;
        if (at < 0 || at > last) {
            return false;
        }
        byte[] hash = hashes.leafHash(leaf);
        for (byte[] beside : proof.path()) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                hash = hashes.node(beside, hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = hashes.node(hash, beside);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }
}
