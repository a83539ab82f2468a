package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.CANCELLED_DENIAL;
import static io.agentfense.policy.Finding.Check.OVERLAP;
import static io.agentfense.policy.Finding.Severity.NOTE;
import static io.agentfense.policy.Finding.Severity.WARNING;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds pairs of rules that match the same path and want different things of it. */
final class Overlaps {
    /** Pairs that are compared; the rest of a huge policy is not. */
    private static final int PAIRS = 20_000;

    private final List<RankedRule> rules;
    /** Of each rule, where all its matches lie. */
    private final List<byte[]> directories;

    private Overlaps(List<RankedRule> rules) {
        this.rules = rules;
        directories =
                rules.stream().map(rule -> rule.pattern().literalDirectory()).toList();
    }

    /** One finding for each rule that is to be looked at; of several pairs it names the first. */
    static List<Finding> check(Policy policy) {
        Map<Subject, List<Finding>> bySubject = new LinkedHashMap<>();
        for (Finding finding : new Overlaps(policy.ranked()).pairs()) {
            Subject subject = new Subject(finding.check(), finding.severity(), finding.rule());
            bySubject.computeIfAbsent(subject, _ -> new ArrayList<>()).add(finding);
        }
        return bySubject.values().stream().map(Overlaps::joined).toList();
    }

    private record Subject(Finding.Check check, Finding.Severity severity, int rule) {}

    private static Finding joined(List<Finding> findings) {
        Finding first = findings.getFirst();
        String more = findings.size() == 1 ? "" : "; so with " + (findings.size() - 1) + " more rules";
        return new Finding(first.check(), first.severity(), first.rule(), first.message() + more, first.remedy());
    }

    private List<Finding> pairs() {
        List<Finding> findings = new ArrayList<>();
        int left = PAIRS;
        for (int a = 0; a < rules.size() && left > 0; a++) {
            for (int b = a + 1; b < rules.size() && left > 0; b++) {
                if (mayConcern(a, b)) {
                    left--;
                    finding(rules.get(a), rules.get(b)).ifPresent(findings::add);
                }
            }
        }
        return findings;
    }

    /** Cheap, for the many pairs that have nothing to do with each other. */
    private boolean mayConcern(int a, int b) {
        RankedRule first = rules.get(a);
        RankedRule second = rules.get(b);
        return first.rule().permission() != second.rule().permission()
                && meet(directories.get(a), directories.get(b))
                && !first.duplicateKey().equals(second.duplicateKey());
    }

    /** False only if no path can lie in or be both. */
    private static boolean meet(byte[] first, byte[] second) {
        int common = Math.min(first.length, second.length);
        return Arrays.equals(first, 0, common, second, 0, common);
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
