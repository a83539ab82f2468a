package io.agentfense.server.credential;

import io.agentfense.audit.outbound.SecretFile;
import io.agentfense.server.config.VaultConfig.Login;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** How this server gets a token of a Vault: anew for each secret, so whatever renews it need not tell. Thread-safe. */
final class VaultLogin {
    private static final int SHORTEST = 1;

    private final VaultApi api;
    private final Login login;
    private final Map<String, String> environment;

    VaultLogin(VaultApi api, Login login, Map<String, String> environment) {
        this.api = api;
        this.login = login;
        this.environment = environment;
    }

    /** What is done with a token. */
    @FunctionalInterface
    interface Use<T> {
        T with(String token) throws IOException;
    }

    /**
     * Does something with a token. One that was made for it is revoked afterwards.
     *
     * @throws IOException if there is none, with what to do
     */
    <T> T use(Use<T> use) throws IOException {
        return switch (login) {
            case Login.TokenFile(Path file) -> use.with(text(file));
            case Login.TokenVariable(String name) -> use.with(variable(name));
            case Login.AppRole role -> {
                String token = token(role);
                try {
                    yield use.with(token);
                } finally {
                    revoke(token);
                }
            }
        };
    }

    private static String text(Path file) throws IOException {
        return new String(SecretFile.read(file, SHORTEST), StandardCharsets.UTF_8).strip();
    }

    private String variable(String name) throws IOException {
        String token = environment.get(name);
        if (token == null) {
            throw new IOException("secrets.vault.token_env: there is no variable " + name);
        }
        return token.strip();
    }

    private String token(Login.AppRole role) throws IOException {
        VaultApi.Answer answer = api.post(
                "auth/approle/login", Map.of("role_id", role.roleId(), "secret_id", text(role.secretIdFile())));
        if (!answer.isSuccess()) {
            throw new IOException("Vault takes no login: " + VaultRefusal.of(answer)
                    + "; see secrets.vault.role_id and secret_id_file");
        }
        return answer.body().path("auth").path("client_token").asText();
    }

    /** A token that can't be revoked ends by itself. */
    private void revoke(String token) {
        try {
            var _ = api.post("auth/token/revoke-self", Map.of(), token);
        } catch (IOException e) {
            return;
        }
    }
}
