package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.PERMISSIVE_DEFAULT;
import static io.agentfense.policy.Finding.Severity.NOTE;
import static io.agentfense.policy.Finding.Severity.WARNING;

import java.util.List;

/** Finds rules that allow everything while others take something away: what was forgotten stays allowed. */
final class DefaultRules {
    private DefaultRules() {}

    static List<Finding> check(Policy policy) {
        boolean denials = policy.rules().stream().anyMatch(rule -> rule.permission() == Level.NONE);
        return policy.ranked().stream()
                .filter(rule ->
                        denials && coversAll(rule) && rule.rule().permission().atLeast(Level.READ))
                .map(DefaultRules::finding)
                .toList();
    }

    /** Whether the rule matches every path, but perhaps the root. */
    static boolean coversAll(RankedRule rule) {
        Scope scope = Scope.of(rule.pattern(), rule.rule().permission() == Level.NONE);
        return scope.segments().isEmpty() && scope.below();
    }

    private static Finding finding(RankedRule rule) {
        Level level = rule.rule().permission();
        return new Finding(
                PERMISSIVE_DEFAULT,
                level == Level.WRITE ? WARNING : NOTE,
                rule.index(),
                Lint.name(rule) + " lets everything be " + (level == Level.WRITE ? "written" : "read")
                        + " that no denial names; a secret that was forgotten is open",
                "start from none or view, and grant the directories that are needed");
    }
}
