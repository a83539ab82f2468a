package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agentfense doctor --deployment} tells servers that keep the checklist from those that do not. */
class DoctorTest {
    @TempDir
    private Path directory;

    private record Result(int exitCode, Map<String, String> states, String text) {}

    private static Result examine(TestServer server, String... options) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.agentfense.cli.Main",
                                "doctor",
                                "--deployment",
                                "--json",
                                "--server",
                                server.address()),
                        Stream.of(options))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> states = new LinkedHashMap<>();
        for (JsonNode item : TestServer.JSON.readTree(text)) {
            states.put(item.path("name").asText(), item.path("state").asText());
        }
        return new Result(process.waitFor(), states, text);
    }

    @Test
    void aServerThatKeepsTheChecklistPasses() throws Exception {
        HttpServer siem = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        siem.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        siem.start();
        Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        String receiver =
                "[{\"name\": \"siem\", \"type\": \"webhook\", \"url\": \"http://127.0.0.1:%d/\", \"secret_file\": \"%s\"}]"
                        .formatted(siem.getAddress().getPort(), key);
        Map<String, String> careful = Map.of("sandbox.cleanup_interval", "1s", "audit.forward", receiver);
        try (TestServer server = TestServer.start(directory, careful)) {
            Result result = examine(server);
            assertThat(result.states())
                    .as(result.text())
                    .containsOnlyKeys(
                            "secrets are hidden",
                            "output is writable",
                            "sources are read-only",
                            "memory limit",
                            "processor limit",
                            "network is off",
                            "audit log",
                            "forwarded to a SIEM",
                            "alerts",
                            "sandboxes expire");
            assertThat(result.states().values()).as(result.text()).containsOnly("pass");
            assertThat(result.exitCode()).isZero();
            assertThat(server.get("/v1/codebases").body()).doesNotContain("doctor");
            assertThat(server.get("/v1/sandboxes").body()).doesNotContain("sb_");
        } finally {
            siem.stop(0);
        }
    }

    @Test
    void whatIsNotKeptFailsWithARemedy() throws Exception {
        Map<String, String> careless = Map.of("audit.enabled", "false", "sandbox.cleanup_interval", "1h");
        try (TestServer server = TestServer.start(directory, careless)) {
            Result result = examine(server, "--patience", "3");
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.text()).contains("this server keeps no audit log: audit.enabled is false");
            assertThat(result.states())
                    .as(result.text())
                    .containsEntry("audit log", "fail")
                    .containsEntry("forwarded to a SIEM", "fail")
                    .containsEntry("alerts", "fail")
                    .containsEntry("sandboxes expire", "fail")
                    .containsEntry("secrets are hidden", "pass");
        }
    }
}
