package io.agentfense.policy;

import java.util.Arrays;

/**
 * What a path's names have led to: all that the decision on the path and on everything below it depends on. Immutable;
 * equal if the contents are.
 *
 * @param nodes nodes of the {@link RuleTrie} reached from which a better rule may yet be reached, ascending
 * @param loose ranks better than {@code firm} that match everything below but can be displaced there, ascending
 * @param firm the rank that decides below if no better one does, or {@link RuleTrie#NO_RANK}
 * @param decision the rank that decides the path itself, or {@link RuleTrie#NO_RANK}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content here, never changed and never handed out
record Configuration(int[] nodes, int[] loose, int firm, int decision) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Configuration that
                && decision == that.decision
                && firm == that.firm
                && Arrays.equals(loose, that.loose)
                && Arrays.equals(nodes, that.nodes);
    }

    @Override
    public int hashCode() {
        return (Arrays.hashCode(nodes) * 31 + Arrays.hashCode(loose)) * 31 + decision;
    }

    /** Whether all below is decided alike, and as the path itself is. */
    boolean isUniform() {
        return nodes.length == 0 && loose.length == 0 && decision == firm;
    }

    /** What it takes, counted in ints. */
    int cost() {
        return nodes.length + loose.length + 32;
    }
}
