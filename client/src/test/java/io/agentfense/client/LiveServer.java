package io.agentfense.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server in a process of its own, on a free port of loopback; everything it keeps lies in one directory. The tests of the
 * adapters have it too.
 *
 * @param address as {@code host:port}
 */
public record LiveServer(Path directory, Process process, String address) implements AutoCloseable {
    /** One with defaults, but for these keys. */
    public static LiveServer start(Path directory, Map<String, String> keys) throws IOException {
        List<String> command = command(directory, keys);
        command.addAll(List.of("--grpc-addr", "127.0.0.1:0"));
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve("log").toFile())
                .start();
        String line = firstLine(process);
        if (!line.startsWith("serving on ")) {
            throw new AssertionError("no server: " + Files.readString(directory.resolve("log")));
        }
        return new LiveServer(directory, process, "127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1));
    }

    private static String firstLine(Process process) throws IOException {
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(out.readLine());
    }

    private static List<String> command(Path directory, Map<String, String> keys) throws IOException {
        Path settings = Files.writeString(directory.resolve("config.yaml"), "server:\n  http_addr: \"\"\n");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dagentfense.guest=" + Guest.PROGRAM,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.server.Main",
                "--config",
                settings.toString()));
        Map<String, String> places = Map.of(
                "storage.codebase_path", directory.resolve("codebases").toString(),
                "storage.mount_path", directory.resolve("mounts").toString(),
                "storage.delta_path", directory.resolve("deltas").toString(),
                "storage.db_path", directory.resolve("metadata.db").toString());
        for (Map<String, String> settingsOf : List.of(places, keys)) {
            settingsOf.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        }
        return command;
    }

    /** A client that knows nothing of the environment. */
    public AgentFenseClient client() {
        return new ClientBuilder(Map.of()).endpoint(address).build();
    }

    AgentFenseClient client(String key) {
        return new ClientBuilder(Map.of()).endpoint(address).apiKey(key).build();
    }

    /** Ends it as an init system does, so that it unmounts, and waits for its end. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
