package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: how it begins, what it says, and that it ends. */
class ServerProcessTest {
    @TempDir
    Path directory;

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dagentfense.guest=" + Guest.PROGRAM,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.server.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String set(String key, String name) {
        return "--set=" + key + "=" + directory.resolve(name);
    }

    @Test
    void onSigtermItEndsAlsoWhileBothFacesListenAndClientsHoldOn() throws Exception {
        Process server = start(
                "--config",
                Files.writeString(
                                directory.resolve("config.yaml"),
                                "network: {policies: {a: {type: egress, allow: [{cidr: 10.0.0.0/8, ports: [80]}]}}}\n")
                        .toString(),
                "--grpc-addr=127.0.0.1:0",
                "--http-addr=localhost:0",
                set("storage.codebase_path", "codebases"),
                set("storage.mount_path", "mounts"),
                set("storage.delta_path", "deltas"),
                set("storage.db_path", "metadata.db"));
        try (BufferedReader out = server.inputReader()) {
            String line = out.readLine();
            assertThat(line).as(errors()).startsWith("serving on ").contains(" and ");
            String port = line.substring(line.lastIndexOf(':') + 1);
            try (Socket idle = new Socket("127.0.0.1", Integer.parseInt(port))) {
                assertThat(Raw.request(
                                "127.0.0.1:" + port,
                                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
                server.destroy();
                assertThat(server.waitFor(2, TimeUnit.MINUTES)).isTrue();
                assertThat(idle.isConnected()).isTrue();
            }
            assertThat(server.exitValue()).isIn(0, 143);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void aConfigurationThatIsNotThereOrNotRightIsAnErrorAndNoDefault() throws Exception {
        Path missing = directory.resolve("missing.yaml");
        Process absent = start("--config", missing.toString());
        assertThat(output(absent)).isEmpty();
        assertThat(absent.waitFor()).isEqualTo(2);
        assertThat(errors()).contains(missing + ": there is no such file");

        Path mock = Files.writeString(directory.resolve("mock.yaml"), "runtime:\n  type: mock\n  max_timeout: soon\n");
        Process wrong = start("-config", mock.toString());
        assertThat(wrong.waitFor()).isEqualTo(2);
        assertThat(errors())
                .contains(mock + ":2:3: runtime.type must be one of bwrap, docker")
                .contains(mock + ":3:3: runtime.max_timeout must be a duration");
    }

    @Test
    void itSaysItsVersionAndEveryKeyWithItsValue() throws Exception {
        Process version = start("--version");
        assertThat(output(version)).startsWith("agentfense-server ");
        assertThat(version.waitFor()).isZero();
        Process keys = start("--print-config", "--set=runtime.default_timeout=7s");
        assertThat(output(keys)).contains("runtime.default_timeout: 7s").contains("sandbox.cleanup_interval: ");
        assertThat(keys.waitFor()).isZero();
    }
}
