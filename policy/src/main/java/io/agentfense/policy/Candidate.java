package io.agentfense.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule that can decide, where it can. Of the rules of one priority and pattern, the last replaces all others; but
 * where that one stops at the path itself, an earlier {@code none} still holds for what lies below.
 *
 * @param ranked the rule
 * @param scope where it matches
 * @param displacedBy the rule that replaces this one where both match; -1 if none does
 */
record Candidate(RankedRule ranked, Scope scope, int displacedBy) {
    static final int FIRM = -1;

    /** All candidates, the best first: of those that match and aren't displaced, the first decides. */
    static List<Candidate> bestFirst(Collection<RankedRule> rules) {
        Map<RankedRule.Duplicate, List<RankedRule>> duplicates = new LinkedHashMap<>();
        for (RankedRule rule : rules) {
            duplicates
                    .computeIfAbsent(rule.duplicateKey(), _ -> new ArrayList<>())
                    .add(rule);
        }
        List<Candidate> candidates = new ArrayList<>();
        duplicates.values().forEach(group -> addGroup(group, candidates));
        candidates.sort((a, b) -> Criterion.bestFirst(a.ranked, b.ranked));
        return candidates;
    }

    Level level() {
        return ranked.rule().permission();
    }

    private static void addGroup(List<RankedRule> group, List<Candidate> candidates) {
        RankedRule last = group.getLast();
        Scope scope = scope(last);
        candidates.add(new Candidate(last, scope, FIRM));
        if (!scope.below()) {
            group.reversed().stream()
                    .filter(rule -> rule.rule().permission() == Level.NONE)
                    .findFirst()
                    .ifPresent(denial ->
                            candidates.add(new Candidate(denial, scope(denial).onlyBelow(), last.index())));
        }
    }

    private static Scope scope(RankedRule ranked) {
        return Scope.of(ranked.pattern(), ranked.rule().permission() == Level.NONE);
    }
}
