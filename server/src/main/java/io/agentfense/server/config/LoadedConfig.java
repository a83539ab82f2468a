package io.agentfense.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A configuration and where each of its values came from.
 *
 * @param file that was read, if any
 * @param settings every key, in the order of the documentation
 * @param warnings what is probably a mistake and is not taken as one
 */
public record LoadedConfig(ServerConfig config, Optional<Path> file, List<Setting> settings, List<String> warnings) {
    /** The keys in which {@code next} differs and which only a restart can change. */
    public List<String> needRestart(LoadedConfig next) {
        return settings.stream()
                .filter(setting -> !setting.reloadable())
                .filter(setting -> !next.find(setting.key()).value().equals(setting.value()))
                .map(Setting::key)
                .toList();
    }

    /**
     * One key's setting.
     *
     * @throws IllegalArgumentException if there is no such key
     */
    public Setting find(String key) {
        return settings.stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no key " + key));
    }
}
