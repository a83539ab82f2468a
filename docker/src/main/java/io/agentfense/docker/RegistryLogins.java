package io.agentfense.docker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.NameParser;
import io.agentfense.sandbox.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The logins that {@code docker login} left: in {@code config.json} itself, or with a program that it names for one registry
 * ({@code credHelpers}) or for all ({@code credsStore}). As for docker, such a program has the only word on its registries.
 * Thread-safe.
 */
final class RegistryLogins {
    private static final Set<String> HUB = Set.of("docker.io", "index.docker.io");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final DefaultDockerClientConfig config;
    private final String searchPath;

    /**
     * Those that a client's configuration has.
     *
     * @param searchPath directories in which the programs are looked for
     */
    RegistryLogins(DefaultDockerClientConfig config, String searchPath) {
        this.config = config;
        this.searchPath = searchPath;
    }

    /**
     * The login for an image's registry; null for none.
     *
     * @throws StartException if a program that has it can't be asked, or the file can't be read
     */
    @Nullable
    AuthConfig of(String image) throws IOException {
        String registry = registry(image);
        Optional<String> helper = helper(registry);
        return helper.isEmpty()
                ? config.effectiveAuthConfig(image)
                : new CredentialHelper(helper.get(), searchPath, PATIENCE)
                        .get(registry)
                        .orElse(null);
    }

    private static String registry(String image) {
        String host = NameParser.resolveRepositoryName(NameParser.parseRepositoryTag(image).repos).hostname;
        return HUB.contains(host) ? AuthConfig.DEFAULT_SERVER_ADDRESS : host;
    }

    private Optional<String> helper(String registry) throws IOException {
        JsonNode settings = settings();
        JsonNode own = settings.path("credHelpers").path(registry);
        String name = own.isMissingNode() ? settings.path("credsStore").asText() : own.asText();
        return Optional.of(name).filter(it -> !it.isEmpty());
    }

    /** Read each time: who logs in need not start the server anew. */
    private JsonNode settings() throws IOException {
        Path file = Path.of(config.getDockerConfigPath(), "config.json");
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return JSON.createObjectNode();
        } catch (JacksonException e) {
            // What it says beyond the place may quote a secret.
            throw new StartException("Docker's config.json on the server is no JSON, in line "
                    + e.getLocation().getLineNr());
        }
    }
}
