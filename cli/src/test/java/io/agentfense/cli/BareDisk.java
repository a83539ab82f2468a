package io.agentfense.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A directory of the host's own filesystem where a sandbox has its workspace, with the host's programs and without a
 * network: what differs from a sandbox is ours. Programs write down where they are, so it has to be the same place.
 */
final class BareDisk {
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final List<String> SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc");

    private BareDisk() {}

    /** Runs a command there, with these variables beside those that a sandbox has. */
    static Ended run(Path directory, Map<String, String> variables, List<String> command)
            throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("bwrap", "--unshare-net", "--proc", "/proc", "--dev", "/dev"));
        for (String path : SYSTEM) {
            if (Files.exists(Path.of(path))) {
                whole.addAll(List.of("--ro-bind", path, path));
            }
        }
        whole.addAll(List.of("--tmpfs", "/tmp", "--bind", directory.toString(), "/workspace", "--chdir", "/workspace"));
        whole.addAll(command);
        Map<String, String> environment = new TreeMap<>(variables);
        environment.putAll(Map.of("PATH", PATH, "HOME", "/workspace", "LANG", "C.UTF-8"));
        return Ended.of(directory, environment, whole);
    }
}
