package io.agentfense.client;

import java.util.List;
import java.util.Optional;

/**
 * Why a path has its permission.
 *
 * @param rule the rule that decided; none if none matches
 * @param others rules that match too
 */
public record Explanation(Permission permission, Optional<PermissionRule> rule, List<Loser> others) {
    /** A rule that matches and did not decide. */
    public record Loser(PermissionRule rule, String why) {}
}
