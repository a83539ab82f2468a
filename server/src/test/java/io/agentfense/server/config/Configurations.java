package io.agentfense.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Loads configurations in a home of their own, whatever the machine has. */
record Configurations(Path home, Map<String, String> environment) {
    Configurations(Path home) {
        this(home, Map.of());
    }

    Configurations with(String variable, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(variable, value);
        return new Configurations(home, all);
    }

    ConfigLoader loader(boolean root) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("HOME", home.toString());
        return new ConfigLoader(all, root, home.resolve("etc"));
    }

    LoadedConfig load() throws ConfigException {
        return loader(false).load(Map.of(), Optional.empty());
    }

    LoadedConfig load(String yaml) throws ConfigException {
        return loader(false).load(Map.of(), Optional.of(file("config.yaml", yaml)));
    }

    Path file(String name, String content) {
        try {
            Path file = home.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
