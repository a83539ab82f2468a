package io.agentfense.server.config;

import io.agentfense.server.store.Pending;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Loads the configuration: of each value the flag, else the environment's {@code AGENTFENSE_SECTION_KEY}, else the
 * file's, else the default. Stateless.
 */
public final class ConfigLoader {
    @SuppressWarnings("unused")
    private final Map<String, String> environment;

    @SuppressWarnings("unused")
    private final boolean root;

    /**
     * @param environment of the process
     * @param root whether it runs as root, which decides where things lie by default
     */
    public ConfigLoader(Map<String, String> environment, boolean root) {
        this.environment = Map.copyOf(environment);
        this.root = root;
    }

    /**
     * Loads it.
     *
     * @param flags values by their keys, such as {@code server.grpc_addr}
     * @param file what {@code --config} named; if empty, the first that is there of {@code $AGENTFENSE_CONFIG},
     *     {@code $XDG_CONFIG_HOME/agentfense/config.yaml} and {@code /etc/agentfense/config.yaml}
     * @throws ConfigException if a named file is not there, or anything in it is wrong
     */
    public LoadedConfig load(Map<String, String> flags, Optional<Path> file) throws ConfigException {
        return Pending.now();
    }
}
