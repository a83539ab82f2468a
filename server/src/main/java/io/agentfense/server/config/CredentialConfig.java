package io.agentfense.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Of section {@code secrets}: what the users' secrets are sealed with in the store.
 *
 * @param keyFile a file with a key of 32 bytes, for its owner alone
 * @param keyEnv the name of a variable with one, or empty
 */
public record CredentialConfig(Optional<Path> keyFile, String keyEnv) {}
