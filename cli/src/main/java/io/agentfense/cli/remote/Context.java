package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentfense.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which server the commands talk to, and as whom. Of each the first that is there: the option, the environment
 * ({@code AGENTFENSE_ENDPOINT}, {@code AGENTFENSE_API_KEY}), {@code server} and {@code key} in
 * {@code $XDG_CONFIG_HOME/agentfense/context.yaml}, the default.
 *
 * @param key empty if there is none
 */
record Context(URI server, String key) {
    private static final String DEFAULT_SERVER = "http://localhost:8080";

    /** Without the key. */
    @Override
    public String toString() {
        return "Context[" + server + "]";
    }

    static Context of(Optional<String> server, Optional<String> key, Map<String, String> environment)
            throws IOException {
        JsonNode file = read(path(environment));
        String address = server.or(() -> given(environment, "AGENTFENSE_ENDPOINT"))
                .or(() -> text(file, "server"))
                .orElse(DEFAULT_SERVER);
        String credential = key.or(() -> given(environment, "AGENTFENSE_API_KEY"))
                .or(() -> text(file, "key"))
                .orElse("");
        return new Context(uri(address), credential);
    }

    private static Path path(Map<String, String> environment) {
        String given = environment.getOrDefault("XDG_CONFIG_HOME", "");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return Path.of(given.startsWith("/") ? given : home + "/.config", "agentfense", "context.yaml");
    }

    private static JsonNode read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return new YAMLMapper().createObjectNode();
        }
        try {
            return new YAMLMapper().readTree(path.toFile());
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, path + " can't be read: " + e.getMessage());
        }
    }

    private static Optional<String> given(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private static Optional<String> text(JsonNode file, String name) {
        return Optional.ofNullable(file.get(name)).map(JsonNode::asText).filter(value -> !value.isEmpty());
    }

    /** {@code host:port} alone is plain HTTP. */
    private static URI uri(String address) throws Failure {
        try {
            URI uri = URI.create(address.contains("://") ? address : "http://" + address);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new Failure(Failure.USAGE, "\"" + address + "\" is no server; write http://HOST:PORT");
    }
}
