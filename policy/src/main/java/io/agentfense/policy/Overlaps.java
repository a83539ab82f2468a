package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.CANCELLED_DENIAL;
import static io.agentfense.policy.Finding.Check.OVERLAP;
import static io.agentfense.policy.Finding.Severity.NOTE;
import static io.agentfense.policy.Finding.Severity.WARNING;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds pairs of rules that match the same path and want different things of it. */
final class Overlaps {
    /** Pairs that are compared; the rest of a huge policy is not. */
    private static final int PAIRS = 20_000;

    private Overlaps() {}

    static List<Finding> check(Policy policy) {
        List<Finding> findings = new ArrayList<>();
        List<RankedRule> rules = policy.ranked();
        int left = PAIRS;
        for (int a = 0; a < rules.size() && left > 0; a++) {
            for (int b = a + 1; b < rules.size() && left > 0; b++) {
                if (mayConcern(rules.get(a), rules.get(b))) {
                    left--;
                    finding(rules.get(a), rules.get(b)).ifPresent(findings::add);
                }
            }
        }
        return findings;
    }

    /** Cheap, for the many pairs that have nothing to do with each other. */
    private static boolean mayConcern(RankedRule a, RankedRule b) {
        boolean differ = a.rule().permission() != b.rule().permission()
                && !a.duplicateKey().equals(b.duplicateKey());
        return differ && Overlap.mayExist(a, b);
    }

    private static Optional<Finding> finding(RankedRule a, RankedRule b) {
        boolean firstWins = Criterion.bestFirst(a, b) < 0;
        RankedRule winner = firstWins ? a : b;
        RankedRule loser = firstWins ? b : a;
        if (loser.rule().permission() == Level.NONE && !DefaultRules.coversAll(loser)) {
            return Overlap.example(a, b).map(path -> cancelled(winner, loser, path));
        }
        if (a.rule().priority() != b.rule().priority()) {
            return Optional.empty();
        }
        return Overlap.example(a, b).map(path -> overlap(winner, loser, path));
    }

    private static Finding cancelled(RankedRule winner, RankedRule denial, byte[] path) {
        return new Finding(
                CANCELLED_DENIAL,
                NOTE,
                denial.index(),
                Lint.name(winner) + " shows part of what " + Lint.name(denial) + " hides: " + PathText.printable(path),
                "if that is not meant, give rule " + denial.index() + " a higher priority than "
                        + winner.rule().priority());
    }

    private static Finding overlap(RankedRule winner, RankedRule loser, byte[] path) {
        Criterion criterion = Criterion.between(winner, loser);
        boolean tied = criterion == Criterion.RESTRICTIVE || criterion == Criterion.LATER;
        return new Finding(
                OVERLAP,
                tied ? WARNING : NOTE,
                Math.max(winner.index(), loser.index()),
                Lint.name(winner) + " and " + Lint.name(loser) + " have equal priority and both match "
                        + PathText.printable(path) + "; " + criterion.reason() + " decides",
                "give the one that should win a higher priority");
    }
}
