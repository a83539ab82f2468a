package io.agentfense.server.credential;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.server.config.VaultConfig;
import java.io.IOException;
import java.util.Map;

/**
 * Secrets of a HashiCorp Vault or an OpenBao: fields of what its KV engine has at a path. Nothing is kept, so a new value
 * counts for what starts from then on. Thread-safe.
 */
public final class VaultKv implements AutoCloseable {
    private final VaultConfig config;
    private final VaultApi api;
    private final VaultLogin login;

    private VaultKv(VaultConfig config, VaultApi api, Map<String, String> environment) {
        this.config = config;
        this.api = api;
        login = new VaultLogin(api, config.login(), environment);
    }

    /**
     * One that is asked when a secret is needed.
     *
     * @param environment may have its token
     * @throws IOException if its authorities can't be read
     */
    public static VaultKv of(VaultConfig config, Map<String, String> environment) throws IOException {
        return new VaultKv(config, new VaultApi(config), environment);
    }

    /**
     * A value.
     *
     * @param reference {@code PATH#KEY}
     * @throws IOException if there is none or Vault does not tell it, with what to do
     */
    String value(String reference) throws IOException {
        int hash = reference.indexOf('#');
        String path = reference.substring(0, hash);
        String key = reference.substring(hash + 1);
        VaultApi.Answer answer = login.use(token -> api.get(place(path), token));
        if (!answer.isSuccess()) {
            throw new IOException(
                    "Vault tells nothing of '" + path + "' in '" + config.mount() + "': " + VaultRefusal.of(answer));
        }
        JsonNode data = answer.body().path("data");
        JsonNode value = (config.version() == 1 ? data : data.path("data")).path(key);
        if (!value.isTextual()) {
            throw new IOException("Vault has no text by the key '" + key + "' at '" + path + "' in '" + config.mount()
                    + "', by version " + config.version() + " of the engine");
        }
        return value.asText();
    }

    private String place(String path) {
        return config.mount() + (config.version() == 1 ? "/" : "/data/") + path;
    }

    @Override
    public void close() {
        api.close();
    }
}
