package io.agentfense.server.config;

import java.util.Map;

/**
 * Section {@code network}.
 *
 * @param defaultPolicy the name of what a sandbox has that asks for nothing else
 * @param policies by their names; {@code none} is always there
 */
public record NetworkConfig(String defaultPolicy, Map<String, NetworkPolicy> policies) {}
