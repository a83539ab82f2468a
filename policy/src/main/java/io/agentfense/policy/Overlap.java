package io.agentfense.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether two rules match a path in common. Two policies of the same two rules, in one of which either wins, are gone
 * through together: where each says another, both match.
 */
final class Overlap {
    private static final int LIMIT = 20_000;

    private record Pair(PathState first, PathState second) {
        boolean bothMatch() {
            return first.rule() == 0 && second.rule() == 1;
        }
    }

    private record Found(String path, Pair states) {}

    private Overlap() {}

    /** The shortest path that both match, if there is one and it is found in bounded time. */
    static Optional<byte[]> example(RankedRule a, RankedRule b) {
        Policy first = Survey.compile(List.of(with(a, 1), with(b, 0)));
        Policy second = Survey.compile(List.of(with(a, 0), with(b, 1)));
        return Survey.names(first).flatMap(names -> search(new Pair(first.root(), second.root()), names));
    }

    private static Optional<byte[]> search(Pair root, List<byte[]> names) {
        List<Found> found = new ArrayList<>(List.of(new Found("", root)));
        Set<Pair> seen = new HashSet<>(List.of(root));
        for (int i = 0; i < found.size() && i * (long) names.size() < LIMIT; i++) {
            Found at = found.get(i);
            if (at.states.bothMatch()) {
                return Optional.of(PathText.toBytes(at.path.isEmpty() ? "/" : at.path));
            }
            for (byte[] name : names) {
                Pair child = new Pair(at.states.first.child(name), at.states.second.child(name));
                if (seen.add(child)) {
                    found.add(new Found(at.path + "/" + PathText.of(name), child));
                }
            }
        }
        return Optional.empty();
    }

    private static Rule with(RankedRule ranked, int priority) {
        return new Rule(
                ranked.rule().pattern(),
                ranked.rule().permission(),
                ranked.rule().type(),
                priority);
    }
}
