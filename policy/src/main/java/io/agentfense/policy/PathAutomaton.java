package io.agentfense.policy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The deterministic automaton over paths: from a state by a name's class to the child's state.
 *
 * <p>{@link #classify} takes no lock. Learning is guarded by this object's lock, the only one of the package. States and
 * names learnt are kept up to a budget; then everything is forgotten, and states that callers hold learn anew from
 * their {@link Configuration}.
 */
final class PathAutomaton {
    /** Ints that may be remembered: 8 MiB. */
    static final long BUDGET = 1 << 21;

    private static final int[] NONE = {};

    private final List<Candidate> candidates;
    private final RuleTrie trie;
    private final NameDfa names;
    private final NodeSet scratch;
    private final long budget;
    private final PathState root;
    /** Guarded by this. */
    private final Map<Configuration, PathState> states = new HashMap<>();
    /** Of the states and their links, in ints. Guarded by this. */
    private long cost;

    PathAutomaton(List<Candidate> bestFirst, long budget) {
        this.budget = budget;
        candidates = bestFirst;
        NameNfa nfa = new NameNfa();
        trie = RuleTrieBuilder.build(candidates, nfa);
        names = new NameDfa(nfa);
        scratch = new NodeSet(trie.segment.length);
        scratch.add(RuleTrie.ROOT);
        root = new PathState(this, arrive(NONE, RuleTrie.NO_RANK));
    }

    /** For use by one thread, on a policy that has no other users. */
    NameDfa names() {
        return names;
    }

    PathState root() {
        return root;
    }

    @Nullable
    NameClass classify(byte[] buffer, int offset, int length) {
        return names.classify(buffer, offset, length);
    }

    /** The child's state; the step is known from then on. */
    synchronized PathState learn(PathState parent, byte[] buffer, int offset, int length) {
        if (remembered() > budget) {
            forget();
        }
        return step(parent, names.learn(buffer, offset, length));
    }

    /** The state of the children whose names are of that class. */
    synchronized PathState step(PathState parent, NameClass name) {
        PathState known = intern(parent);
        parent.follow(known);
        PathState child = known.links().get(name);
        if (child == null) {
            child = intern(new PathState(this, follow(known.configuration(), name)));
            cost += known.links().put(name, child) * 4L;
        }
        return child;
    }

    /** What is remembered, counted in ints. */
    synchronized long remembered() {
        return cost + names.cost();
    }

    /** How many states of paths and of names are remembered. */
    synchronized int states() {
        return states.size() + names.size();
    }

    Level level(int rank) {
        return rank == RuleTrie.NO_RANK ? Level.NONE : candidates.get(rank).level();
    }

    int rule(int rank) {
        return rank == RuleTrie.NO_RANK ? -1 : candidates.get(rank).ranked().index();
    }

    boolean masks(int rank) {
        return rank != RuleTrie.NO_RANK && candidates.get(rank).ranked().rule().mask();
    }

    /** Only ranks better than one that matches everything below can decide there. */
    int levelsBelow(Configuration configuration) {
        int mask = level(configuration.firm()).bit();
        for (int rank : configuration.loose()) {
            mask |= level(rank).bit();
        }
        for (Map.Entry<Level, int[]> reachable : trie.reachable.entrySet()) {
            for (int node : configuration.nodes()) {
                boolean mayDecide = reachable.getValue()[node] < configuration.firm();
                mask |= mayDecide ? reachable.getKey().bit() : 0;
            }
        }
        return mask;
    }

    private void forget() {
        states.values().forEach(state -> state.links().clear());
        states.clear();
        names.forget();
        cost = 0;
    }

    /** The state remembered for the same configuration; this one, if there is none yet. */
    private PathState intern(PathState state) {
        PathState known = states.putIfAbsent(state.configuration(), state);
        if (known != null) {
            return known;
        }
        cost += state.configuration().cost();
        return state;
    }

    private Configuration follow(Configuration from, NameClass name) {
        scratch.clear();
        for (int node : from.nodes()) {
            if (trie.segment[node] == RuleTrie.ANY_DEPTH) {
                scratch.add(node);
            }
            trie.addChildren(node, name.segments, scratch);
        }
        return arrive(from.loose(), from.firm());
    }

    /**
     * The configuration of a path that has reached the nodes in {@code scratch}, below one from which it has {@code
     * loose} and {@code firm}.
     */
    private Configuration arrive(int[] loose, int firm) {
        for (int i = 0; i < scratch.size(); i++) {
            int deeper = trie.anyDepthChild(scratch.get(i));
            if (deeper >= 0) {
                scratch.add(deeper);
            }
        }
        int decision = Math.min(firm, bestUndisplaced(loose));
        int firmBelow = firm;
        for (int i = 0; i < scratch.size(); i++) {
            decision = Math.min(decision, trie.here[scratch.get(i)]);
            firmBelow = Math.min(firmBelow, trie.below[scratch.get(i)]);
        }
        int[] looseBelow = looseBelow(loose, firmBelow);
        return new Configuration(promising(looseBelow, firmBelow), looseBelow, firmBelow, decision);
    }

    private int bestUndisplaced(int[] loose) {
        for (int rank : loose) {
            if (!isDisplaced(candidates.get(rank).displacedBy())) {
                return rank;
            }
        }
        return RuleTrie.NO_RANK;
    }

    private boolean isDisplaced(int displacer) {
        for (int i = 0; i < scratch.size(); i++) {
            int[] rules = trie.displacersHere.getOrDefault(scratch.get(i), NONE);
            if (Arrays.binarySearch(rules, displacer) >= 0) {
                return true;
            }
        }
        return false;
    }

    private int[] looseBelow(int[] inherited, int firm) {
        if (trie.looseBelow.isEmpty()) {
            return NONE;
        }
        IntList ranks = new IntList();
        Arrays.stream(inherited).forEach(ranks::add);
        for (int i = 0; i < scratch.size(); i++) {
            Arrays.stream(trie.looseBelow.getOrDefault(scratch.get(i), NONE)).forEach(ranks::add);
        }
        return Arrays.stream(ranks.toSortedArray())
                .distinct()
                .filter(rank -> rank < firm)
                .toArray();
    }

    /** The nodes below which a rank waits that could still decide, or displace one that could. */
    private int[] promising(int[] loose, int firm) {
        IntList nodes = new IntList();
        for (int i = 0; i < scratch.size(); i++) {
            int best = trie.bestReachable(scratch.get(i));
            if (best < firm || (loose.length > 0 && best != RuleTrie.NO_RANK)) {
                nodes.add(scratch.get(i));
            }
        }
        return nodes.toSortedArray();
    }
}
