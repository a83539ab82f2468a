package io.agentfense.server.credential;

import io.agentfense.audit.outbound.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the secrets come from that network policies name: the store, by a name; this server, by {@code env:VARIABLE} or
 * {@code file:PATH}; or its Vault, by {@code vault:PATH#KEY}. Thread-safe.
 */
public final class SecretSource {
    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";
    private static final String VAULT = "vault:";

    private final Secrets secrets;
    private final Map<String, String> environment;
    private final Optional<VaultKv> vault;

    /** Of this store, environment and Vault. */
    public SecretSource(Secrets secrets, Map<String, String> environment, Optional<VaultKv> vault) {
        this.secrets = secrets;
        this.environment = environment;
        this.vault = vault;
    }

    /**
     * The value.
     *
     * @param owner whose sandbox uses it; those of this server are everybody's
     * @throws IOException if there is none, with what to do
     */
    public String value(String owner, String secret) throws IOException {
        if (secret.startsWith(VARIABLE)) {
            String value = environment.get(secret.substring(VARIABLE.length()));
            if (value == null) {
                throw new IOException("the secret '" + secret + "': the server has no such variable");
            }
            return value;
        }
        if (secret.startsWith(FILE)) {
            byte[] bytes = SecretFile.read(Path.of(secret.substring(FILE.length())), Secrets.SHORTEST);
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (secret.startsWith(VAULT)) {
            VaultKv kv = vault.orElseThrow(() -> new IOException(
                    "the secret '" + secret + "': this server has no Vault; set secrets.vault.address"));
            return kv.value(secret.substring(VAULT.length()));
        }
        try {
            return secrets.value(owner, secret);
        } catch (CredentialException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
