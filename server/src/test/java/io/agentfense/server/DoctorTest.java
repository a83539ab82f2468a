package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        try (TestServer server = TestServer.start(directory, Map.of("sandbox.cleanup_interval", "1s"))) {
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
            result.states().remove("forwarded to a SIEM");
            assertThat(result.states().values()).as(result.text()).containsOnly("pass");
            assertThat(server.get("/v1/codebases").body()).doesNotContain("doctor");
            assertThat(server.get("/v1/sandboxes").body()).doesNotContain("sb_");
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
                    .containsEntry("alerts", "fail")
                    .containsEntry("sandboxes expire", "fail")
                    .containsEntry("secrets are hidden", "pass");
        }
    }
}
