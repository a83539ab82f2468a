package io.agentfense.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks for what is probably not meant. It says nothing it isn't sure of; what it doesn't say may still be wrong. */
public final class Lint {
    private Lint() {}

    /** All findings, in the order of the rules. Takes up to seconds for thousands of rules. */
    public static List<Finding> check(Policy policy) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(NeverWins.check(policy));
        findings.addAll(Overlaps.check(policy));
        findings.addAll(DefaultRules.check(policy));
        findings.addAll(WorkspacePrefix.check(policy));
        findings.addAll(ReadableSecrets.check(policy));
        findings.sort(Comparator.comparingInt(Finding::rule).thenComparing(Finding::check));
        return findings;
    }

    /** How messages name a rule. */
    static String name(RankedRule rule) {
        return "rule " + rule.index() + " (" + rule.rule() + ")";
    }
}
