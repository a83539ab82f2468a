package io.agentfense.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Of section {@code secrets.vault}: where secrets lie that network policies name as {@code vault:PATH#KEY}.
 *
 * @param address of a HashiCorp Vault or an OpenBao: scheme, host and port
 * @param namespace that all is in; empty for the root's
 * @param mount where its KV engine is
 * @param version of that engine, 1 or 2
 * @param login how it is asked for something
 * @param caFile authorities that its certificate must be of; empty for those of this machine
 * @param timeout for each call
 */
public record VaultConfig(
        URI address,
        String namespace,
        String mount,
        int version,
        Login login,
        Optional<Path> caFile,
        Duration timeout) {
    /** What it is shown. */
    public sealed interface Login {
        /** A token in a file, which is read each time. */
        record TokenFile(Path file) implements Login {}

        /** A token in a variable of this server. */
        record TokenVariable(String name) implements Login {}

        /** A role of its method AppRole, with the secret id in a file, which is read each time. */
        record AppRole(String roleId, Path secretIdFile) implements Login {}
    }
}
