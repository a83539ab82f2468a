package io.agentfense.server.config;

import java.util.Optional;

/**
 * Section {@code auth}.
 *
 * @param jwt if tokens of an identity provider are taken, beside API keys
 */
public record AuthConfig(AuthMode mode, Optional<JwtConfig> jwt) {}
