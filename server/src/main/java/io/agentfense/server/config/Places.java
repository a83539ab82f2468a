package io.agentfense.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where things lie if nobody says otherwise, after the XDG base directory specification.
 *
 * @param state below which everything is kept
 * @param files where a configuration is looked for, the first wins
 */
record Places(Path state, List<Path> files) {
    /**
     * The places of a process.
     *
     * @param root whether it runs as root
     * @param system the directory of the machine's configuration, {@code /etc}
     */
    static Places of(Map<String, String> environment, boolean root, Path system) {
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        Path state = root ? Path.of("/var/lib") : base(environment, "XDG_STATE_HOME", home.resolve(".local/state"));
        List<Path> files = new ArrayList<>();
        files.add(base(environment, "XDG_CONFIG_HOME", home.resolve(".config")));
        files.add(system);
        return new Places(
                state.resolve("agentfense"),
                files.stream()
                        .map(directory -> directory.resolve("agentfense/config.yaml"))
                        .toList());
    }

    /** The specification says to ignore a relative directory. */
    private static Path base(Map<String, String> environment, String variable, Path otherwise) {
        String given = environment.getOrDefault(variable, "");
        return given.startsWith("/") ? Path.of(given) : otherwise;
    }
}
