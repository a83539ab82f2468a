package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

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
 * A server in a process of its own, which can be killed and signalled; everything it keeps lies in one directory.
 *
 * @param address as {@code host:port}
 */
record ServerProcess(Path directory, Process process, String address) {
    /**
     * Starts one on a free port of loopback, and waits until it serves.
     *
     * @param settings its configuration file
     */
    static ServerProcess start(Path directory, String settings) throws IOException {
        return start(List.of(), directory, settings);
    }

    /**
     * The same by way of another program.
     *
     * @param launcher which executes the command that follows it
     */
    static ServerProcess start(List<String> launcher, Path directory, String settings) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                // Whoever runs the tests may ignore SIGHUP, as nohup does, and a JVM leaves it at that.
                "env",
                "--default-signal=HUP",
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dagentfense.guest=" + Guest.PROGRAM,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.server.Main",
                "--config",
                Files.writeString(directory.resolve("config.yaml"), settings).toString(),
                "--grpc-addr",
                "127.0.0.1:0",
                "--http-addr",
                ""));
        Map.of(
                        "storage.codebase_path", "codebases",
                        "storage.mount_path", "mounts",
                        "storage.delta_path", "deltas",
                        "storage.db_path", "metadata.db")
                .forEach((key, value) -> {
                    command.add("--set");
                    command.add(key + "=" + directory.resolve(value));
                });
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve("log").toFile())
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).as(Files.readString(directory.resolve("log"))).startsWith("serving on ");
        return new ServerProcess(directory, process, "127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1));
    }

    RemoteClient client() {
        return new RemoteClient(address);
    }

    /** What it has logged so far. */
    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    /** Changes its configuration file and tells it so. */
    void reload(String settings) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("config.yaml"), settings);
        int status = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    /** Ends it as an init system does, and waits for its end. */
    void end() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
