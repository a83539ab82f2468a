package io.agentfense.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Of section {@code secrets}: what the users' secrets are sealed with in the store, and where others come from.
 *
 * @param keyFile a file with a key of 32 bytes, for its owner alone
 * @param keyEnv the name of a variable with one, or empty
 * @param vault that has secrets too
 */
public record CredentialConfig(Optional<Path> keyFile, String keyEnv, Optional<VaultConfig> vault) {
    /** Without a Vault. */
    public CredentialConfig(Optional<Path> keyFile, String keyEnv) {
        this(keyFile, keyEnv, Optional.empty());
    }
}
