package io.agentfense.audit.proof;

import io.agentfense.audit.format.Chain;
import java.util.HexFormat;
import java.util.List;

/** Where a log stands: the end of its chain, and the tree over all its records. Not thread-safe. */
public final class Ledger {
    private static final HexFormat HEX = HexFormat.of();

    private final Chain chain;
    private final MerkleTree tree;

    /** Of a log without records. */
    public Ledger() {
        chain = new Chain();
        tree = new MerkleTree();
    }

    private Ledger(Chain chain, MerkleTree tree) {
        this.chain = chain;
        this.tree = tree;
    }

    /**
     * Of the log of which a checkpoint tells.
     *
     * @throws NoteException if the checkpoint's parts don't belong together
     */
    public static Ledger at(Checkpoint checkpoint) throws NoteException {
        MerkleTree tree;
        try {
            List<byte[]> peaks = checkpoint.peaks().stream().map(HEX::parseHex).toList();
            tree = new MerkleTree(checkpoint.size(), peaks);
        } catch (IllegalArgumentException e) {
            throw new NoteException("the peaks of the checkpoint are not those of a tree of its size", e);
        }
        if (!HEX.formatHex(tree.root()).equals(checkpoint.root())) {
            throw new NoteException("the peaks of the checkpoint don't give its root");
        }
        return new Ledger(new Chain(checkpoint.size(), HEX.parseHex(checkpoint.chain())), tree);
    }

    /** An independent copy. */
    public Ledger copy() {
        return new Ledger(new Chain(chain.sequence(), chain.hash()), new MerkleTree(tree.size(), tree.peaks()));
    }

    /** How many records there are, which is the number of the last. */
    public long size() {
        return chain.sequence();
    }

    /** The hash of the last record, in lower-case hexadecimal. */
    public String hash() {
        return chain.hashText();
    }

    /** The root of the tree, in lower-case hexadecimal. */
    public String root() {
        return HEX.formatHex(tree.root());
    }

    /** The roots of the tree's complete subtrees, the largest first, in lower-case hexadecimal. */
    public List<String> peaks() {
        return tree.peaks().stream().map(HEX::formatHex).toList();
    }

    /** Makes the next record of an encoded event; the line has no newline. */
    public byte[] append(byte[] head) {
        byte[] line = chain.append(head);
        tree.append(line);
        return line;
    }

    /** Takes a line, without its newline, if it is the next record. */
    public Chain.Fault follow(byte[] line) {
        Chain.Fault fault = chain.follow(line);
        if (fault == Chain.Fault.NONE) {
            tree.append(line);
        }
        return fault;
    }

    /** Goes on behind a line that is not the next; from then on the root is none of the log. See {@link Chain#skipTo}. */
    public boolean skipTo(byte[] line) {
        return chain.skipTo(line);
    }
}
