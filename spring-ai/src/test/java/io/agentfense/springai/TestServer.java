package io.agentfense.springai;

import io.agentfense.client.AgentFenseClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server in a process of its own, on a free port of loopback; everything it keeps lies in one directory. */
record TestServer(Process process, String address) implements AutoCloseable {
    static TestServer start(Path directory) throws Exception {
        Path guest = guest();
        Path config = Files.writeString(directory.resolve("config.yaml"), """
                server:
                  grpc_addr: 127.0.0.1:0
                  http_addr: ""
                storage:
                  codebase_path: %1$s/codebases
                  mount_path: %1$s/mounts
                  delta_path: %1$s/deltas
                  db_path: %1$s/metadata.db
                """.formatted(directory));
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Dagentfense.guest=" + guest,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.agentfense.server.Main",
                        "--config",
                        config.toString()))
                .redirectError(directory.resolve("log").toFile())
                .start();
        String line = String.valueOf(process.inputReader().readLine());
        if (!line.startsWith("serving on ")) {
            throw new AssertionError("no server: " + Files.readString(directory.resolve("log")));
        }
        return new TestServer(process, "127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1));
    }

    /** Built from its sources. */
    private static Path guest() throws IOException, InterruptedException {
        Path sources = Path.of("../guest").toAbsolutePath().normalize();
        int status = new ProcessBuilder("make", "-s", "-C", sources.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("make ended with " + status);
        }
        return sources.resolve("build/agentfense-guest");
    }

    AgentFenseClient client() {
        return AgentFenseClient.builder().endpoint(address).build();
    }

    /** Ends it as an init system does, so that it unmounts, and waits for its end. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
