package io.agentfense.policy;

import java.util.Arrays;

/** A set of ints as a key of maps. Immutable; whoever hands in the array gives it up. */
final class IntKey {
    final int[] items;
    private final int hash;

    /** @param sorted ascending, without duplicates */
    IntKey(int[] sorted) {
        items = sorted;
        hash = Arrays.hashCode(sorted);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IntKey set && hash == set.hash && Arrays.equals(items, set.items);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
