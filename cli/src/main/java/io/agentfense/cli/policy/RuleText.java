package io.agentfense.cli.policy;

import io.agentfense.policy.Policy;

/** How these commands name a rule to people. */
final class RuleText {
    private RuleText() {}

    static String of(Policy policy, int rule) {
        return rule < 0 ? "no rule" : "rule " + rule + " (" + policy.rules().get(rule) + ")";
    }
}
