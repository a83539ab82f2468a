package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.WORKSPACE_PREFIX;
import static io.agentfense.policy.Finding.Severity.WARNING;

import java.util.List;

/** Finds patterns written as paths inside the sandbox, though patterns are rooted at the workspace. */
final class WorkspacePrefix {
    private static final String PREFIX = "/workspace/";

    private WorkspacePrefix() {}

    static List<Finding> check(Policy policy) {
        return policy.ranked().stream()
                .filter(rule -> (rule.rule().pattern() + "/").startsWith(PREFIX))
                .map(WorkspacePrefix::finding)
                .toList();
    }

    private static Finding finding(RankedRule rule) {
        String pattern = rule.rule().pattern();
        String meant = (pattern + "/").equals(PREFIX) ? "/**" : pattern.substring(PREFIX.length() - 1);
        return new Finding(
                WORKSPACE_PREFIX,
                WARNING,
                rule.index(),
                Lint.name(rule) + " matches /workspace" + pattern + " inside: patterns begin at the workspace",
                "write \"" + meant + "\"");
    }
}
