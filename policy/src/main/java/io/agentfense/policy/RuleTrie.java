package io.agentfense.policy;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All candidates of a policy by their segments: a path is read name by name, and each node reached says which
 * candidates match there and below. Ranks are indexes into the candidates, 0 the best.
 *
 * <p>Nodes are numbers and their fields parallel arrays, children in one array sorted by their segment. Immutable.
 */
final class RuleTrie {
    static final int ROOT = 0;
    /** The segment of nodes that {@code **} leads to: they are entered without reading, and stay for any name. */
    static final int ANY_DEPTH = 0;
    /** No candidate: worse than all ranks. */
    static final int NO_RANK = Integer.MAX_VALUE;

    private static final int[] NONE = {};

    /** The segment by which a node is reached from its parent. */
    final int[] segment;
    /** Node {@code n} has the children {@code childrenFrom[n]} up to {@code childrenFrom[n + 1]}. */
    final int[] childrenFrom;

    final int[] children;
    /** The best rank that matches exactly here. */
    final int[] here;
    /** The best rank that matches all that is strictly below and can't be displaced. */
    final int[] below;
    /** Ranks that match all that is strictly below but can be displaced there. Rare. */
    final Map<Integer, int[]> looseBelow;
    /** Rules that match here and displace one of those. Rare. */
    final Map<Integer, int[]> displacersHere;
    /** The best rank of each level that a node's descendants hold. */
    final Map<Level, int[]> reachable = new EnumMap<>(Level.class);

    RuleTrie(RuleTrieBuilder builder) {
        segment = builder.segment.toArray();
        here = builder.here.toArray();
        below = builder.below.toArray();
        looseBelow = builder.looseBelow();
        displacersHere = builder.displacersHere();
        int[] parent = builder.parent.toArray();
        childrenFrom = new int[segment.length + 1];
        children = new int[segment.length - 1];
        sortChildren(parent);
        sumUp(parent, builder.levels());
    }

    /** Nodes are numbered in the order of their segments among siblings, so a counting sort keeps it. */
    private void sortChildren(int[] parent) {
        for (int node = 1; node < parent.length; node++) {
            childrenFrom[parent[node] + 1]++;
        }
        for (int node = 0; node < parent.length; node++) {
            childrenFrom[node + 1] += childrenFrom[node];
        }
        int[] at = Arrays.copyOf(childrenFrom, parent.length);
        for (int node = 1; node < parent.length; node++) {
            children[at[parent[node]]++] = node;
        }
    }

    private void sumUp(int[] parent, List<Level> levels) {
        for (Level level : Level.values()) {
            int[] ranks = new int[segment.length];
            Arrays.fill(ranks, NO_RANK);
            reachable.put(level, ranks);
        }
        // Children have higher numbers than their parents.
        for (int node = parent.length - 1; node > 0; node--) {
            for (int[] ranks : reachable.values()) {
                ranks[parent[node]] = Math.min(ranks[parent[node]], ranks[node]);
            }
            offer(parent[node], here[node], levels);
            offer(parent[node], below[node], levels);
            for (int rank : looseBelow.getOrDefault(node, NONE)) {
                offer(parent[node], rank, levels);
            }
        }
    }

    private void offer(int node, int rank, List<Level> levels) {
        if (rank != NO_RANK) {
            reachable.computeIfPresent(levels.get(rank), (_, ranks) -> {
                ranks[node] = Math.min(ranks[node], rank);
                return ranks;
            });
        }
    }

    /** The best rank that a node's descendants hold. */
    int bestReachable(int node) {
        int best = NO_RANK;
        for (int[] ranks : reachable.values()) {
            best = Math.min(best, ranks[node]);
        }
        return best;
    }

    /** The child that {@code **} leads to, or -1. It is the first: its segment is the smallest. */
    int anyDepthChild(int node) {
        int first = childrenFrom[node];
        boolean has = first < childrenFrom[node + 1] && segment[children[first]] == ANY_DEPTH;
        return has ? children[first] : -1;
    }

    /** Adds to {@code to} the children of {@code node} whose segment is among {@code wanted}, which ascends. */
    void addChildren(int node, int[] wanted, NodeSet to) {
        int from = childrenFrom[node];
        int end = childrenFrom[node + 1];
        if (end - from <= wanted.length) {
            for (int i = from; i < end; i++) {
                if (Arrays.binarySearch(wanted, segment[children[i]]) >= 0) {
                    to.add(children[i]);
                }
            }
        } else {
            for (int number : wanted) {
                addChild(from, end, number, to);
            }
        }
    }

    private void addChild(int from, int end, int wanted, NodeSet to) {
        int low = from;
        int high = end - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = segment[children[middle]];
            if (found == wanted) {
                to.add(children[middle]);
                return;
            }
            low = found < wanted ? middle + 1 : low;
            high = found < wanted ? high : middle - 1;
        }
    }
}
