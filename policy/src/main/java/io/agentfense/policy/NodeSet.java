package io.agentfense.policy;

/** A set of node numbers to be filled, read in the order of adding, and emptied in no time. Not thread-safe. */
final class NodeSet {
    private final int[] roundOf;
    private final IntList items = new IntList();
    private int round = 1;

    /** @param nodes more than the largest number that will be added */
    NodeSet(int nodes) {
        roundOf = new int[nodes];
    }

    void clear() {
        items.clear();
        round++;
    }

    void add(int node) {
        if (roundOf[node] != round) {
            roundOf[node] = round;
            items.add(node);
        }
    }

    int size() {
        return items.size();
    }

    int get(int index) {
        return items.get(index);
    }

    IntKey toKey() {
        return new IntKey(items.toSortedArray());
    }
}
