package io.agentfense.policy;

/**
 * All names that match the same segments of a policy. Compared by identity: an automaton makes one for each set of
 * segments. Immutable.
 */
final class NameClass {
    /** Segment numbers, ascending. */
    final int[] segments;

    /** Where to begin looking for it in a table; spread over all bits. */
    final int slot;

    NameClass(IntKey segments) {
        this.segments = segments.items;
        // Fibonacci hashing: the set's hash of few small numbers differs in few low bits.
        slot = (segments.hashCode() * 0x9e3779b9) >>> 7;
    }
}
