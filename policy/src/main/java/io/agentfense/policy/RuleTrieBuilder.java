package io.agentfense.policy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Builds a {@link RuleTrie} from candidates in the order of their segments, so that each node is made once. */
final class RuleTrieBuilder {
    final IntList parent = new IntList();
    final IntList segment = new IntList();
    final IntList here = new IntList();
    final IntList below = new IntList();
    private final Map<Integer, IntList> looseBelow = new HashMap<>();
    private final Map<Integer, IntList> displacersHere = new HashMap<>();

    private final List<Candidate> candidates;
    /** The rules that displace others. */
    private final Set<Integer> displacers;
    /** The nodes from the root to the one added last. */
    private final IntList branch = new IntList();

    private RuleTrieBuilder(List<Candidate> candidates) {
        this.candidates = candidates;
        displacers = candidates.stream().map(Candidate::displacedBy).collect(Collectors.toSet());
    }

    /**
     * @param candidates the best first
     * @param nfa gets all their segments
     */
    static RuleTrie build(List<Candidate> candidates, NameNfa nfa) {
        RuleTrieBuilder builder = new RuleTrieBuilder(candidates);
        int[][] sequences = candidates.stream()
                .map(candidate -> sequence(candidate.scope().segments(), nfa))
                .toArray(int[][]::new);
        builder.addNode(-1, -1);
        builder.branch.add(RuleTrie.ROOT);
        int[] last = {};
        for (int rank : inOrder(sequences)) {
            builder.add(rank, sequences[rank], commonLength(last, sequences[rank]));
            last = sequences[rank];
        }
        return new RuleTrie(builder);
    }

    List<Level> levels() {
        return candidates.stream().map(Candidate::level).toList();
    }

    Map<Integer, int[]> looseBelow() {
        return frozen(looseBelow);
    }

    Map<Integer, int[]> displacersHere() {
        return frozen(displacersHere);
    }

    private static int[] sequence(List<Segment> segments, NameNfa nfa) {
        IntList numbers = new IntList();
        for (Segment segment : segments) {
            int number = switch (segment) {
                case Segment.AnyDepth _ -> RuleTrie.ANY_DEPTH;
                case Segment.Name name -> nfa.segment(name.elements());
            };
            boolean repeated = number == RuleTrie.ANY_DEPTH
                    && numbers.size() > 0
                    && numbers.get(numbers.size() - 1) == RuleTrie.ANY_DEPTH;
            if (!repeated) {
                numbers.add(number);
            }
        }
        return numbers.toArray();
    }

    private static int[] inOrder(int[][] sequences) {
        return IntStream.range(0, sequences.length)
                .boxed()
                .sorted((a, b) -> Arrays.compare(sequences[a], sequences[b]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int commonLength(int[] a, int[] b) {
        int difference = Arrays.mismatch(a, b);
        return difference < 0 ? a.length : difference;
    }

    private void add(int rank, int[] sequence, int known) {
        for (int depth = known; depth < sequence.length; depth++) {
            int node = addNode(branch.get(depth), sequence[depth]);
            if (depth + 1 < branch.size()) {
                branch.set(depth + 1, node);
            } else {
                branch.add(node);
            }
        }
        mark(branch.get(sequence.length), rank);
    }

    private int addNode(int under, int by) {
        parent.add(under);
        segment.add(by);
        here.add(RuleTrie.NO_RANK);
        below.add(RuleTrie.NO_RANK);
        return parent.size() - 1;
    }

    private void mark(int node, int rank) {
        Candidate candidate = candidates.get(rank);
        if (candidate.scope().here()) {
            here.set(node, Math.min(here.get(node), rank));
            if (displacers.contains(candidate.ranked().index())) {
                displacersHere
                        .computeIfAbsent(node, _ -> new IntList())
                        .add(candidate.ranked().index());
            }
        }
        if (candidate.scope().below() && candidate.displacedBy() == Candidate.FIRM) {
            below.set(node, Math.min(below.get(node), rank));
        } else if (candidate.scope().below()) {
            looseBelow.computeIfAbsent(node, _ -> new IntList()).add(rank);
        }
    }

    private static Map<Integer, int[]> frozen(Map<Integer, IntList> lists) {
        Map<Integer, int[]> arrays = new HashMap<>();
        lists.forEach((node, list) -> arrays.put(node, list.toSortedArray()));
        return arrays;
    }
}
