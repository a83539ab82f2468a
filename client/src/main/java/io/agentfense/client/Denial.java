package io.agentfense.client;

import java.util.Optional;

/**
 * Something that the rules refused to programs of a sandbox.
 *
 * @param operation such as {@code lookup}
 * @param permission what the path has
 * @param rule the rule that decided; none if none matches
 * @param count how often, since the sandbox started
 */
public record Denial(String path, String operation, Permission permission, Optional<PermissionRule> rule, long count) {}
