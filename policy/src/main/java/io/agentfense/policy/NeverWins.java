package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.NEVER_WINS;
import static io.agentfense.policy.Finding.Severity.WARNING;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds rules that decide no path. If the policy's states can all be gone through, exactly; else only those that are
 * replaced, or lose to one rule over all that their literal beginning leads to.
 */
final class NeverWins {
    private NeverWins() {}

    static List<Finding> check(Policy policy) {
        Set<Integer> winners =
                Survey.paths(policy.rules()).map(NeverWins::winners).orElseGet(() -> possibleWinners(policy));
        return policy.ranked().stream()
                .filter(rule -> !winners.contains(rule.index()))
                .map(rule -> finding(policy, rule))
                .toList();
    }

    private static Set<Integer> winners(List<Survey.Found> all) {
        Set<Integer> winners = new HashSet<>();
        all.forEach(found -> winners.add(found.state().rule()));
        return winners;
    }

    private static Set<Integer> possibleWinners(Policy policy) {
        List<Candidate> candidates = Candidate.bestFirst(policy.ranked());
        Set<Integer> winners = new HashSet<>();
        IntStream.range(0, candidates.size())
                .filter(rank -> mayWin(policy, candidates.get(rank).ranked(), rank))
                .forEach(rank -> winners.add(candidates.get(rank).ranked().index()));
        return winners;
    }

    private static boolean mayWin(Policy policy, RankedRule rule, int rank) {
        PathState beginning = policy.locate(rule.pattern().literalDirectory());
        return beginning.rule() == rule.index()
                || rank <= beginning.configuration().firm();
    }

    private static Finding finding(Policy policy, RankedRule rule) {
        Optional<String> example = Survey.paths(List.of(rule.rule())).stream()
                .flatMap(List::stream)
                .filter(found -> found.state().rule() == 0)
                .map(Survey.Found::path)
                .findFirst();
        if (example.isEmpty()) {
            return new Finding(
                    NEVER_WINS, WARNING, rule.index(), Lint.name(rule) + " matches no path", "correct its pattern");
        }
        byte[] path = PathText.toBytes(example.get());
        RankedRule winner = policy.ranked().get(policy.locate(path).rule());
        return new Finding(
                NEVER_WINS,
                WARNING,
                rule.index(),
                Lint.name(rule) + " decides no path: a better rule decides each it matches, " + Lint.name(winner)
                        + " for example " + printable(path),
                "remove it, or give it a higher priority than rule " + winner.index());
    }

    private static String printable(byte[] path) {
        return path.length == 0 ? "/" : PathText.printable(path);
    }
}
