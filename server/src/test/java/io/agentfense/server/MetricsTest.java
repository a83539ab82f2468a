package io.agentfense.server;

import static io.agentfense.server.TestServer.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceFutureStub;
import io.agentfense.api.v1.StopSandboxRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} says of what was done. */
class MetricsTest {
    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(
                directory,
                Map.of(
                        "limits.concurrent_commands",
                        "1",
                        "sandbox.max_per_user",
                        "3",
                        "limits.codebase_bytes",
                        "100000"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static double value(TestServer server, String sample) throws Exception {
        Matcher line = Pattern.compile("^" + Pattern.quote(sample) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(server.get("/metrics").body());
        return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
    }

    private double value(String sample) throws Exception {
        return value(server, sample);
    }

    /** For what is counted when it is asked for, which is not each time. */
    private void awaitValue(String sample, double expected) {
        await().untilAsserted(() -> assertThat(value(sample)).as(sample).isEqualTo(expected));
    }

    private static String outcome(String meter, String outcome) {
        return "agentfense_" + meter + "{outcome=\"" + outcome + "\"}";
    }

    private CreateSandboxRequest.Builder request(String codebase) {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(codebase)
                .addPermissions(TestServer.ALL)
                .addPermissions(rule("**/.env", Permission.PERMISSION_NONE, 10));
    }

    @Test
    void everythingThatIsCountedIsThereFromTheStart() throws Exception {
        String all = server.get("/metrics").body();
        assertThat(all).contains("agentfense_build_info{java=\"", "version=\"development\"} 1");
        for (String state : new String[] {"pending", "running", "stopped", "error"}) {
            assertThat(value("agentfense_sandboxes{state=\"" + state + "\"}")).isZero();
        }
        for (String end : new String[] {"exited", "timed_out", "cancelled", "refused", "failed"}) {
            assertThat(value(outcome("command_seconds_count", end))).as(end).isZero();
        }
        assertThat(value("agentfense_denials_total")).isZero();
        assertThat(value("agentfense_rate_limited_calls_total")).isZero();
        assertThat(value("agentfense_sessions_open")).isZero();
    }

    @Test
    void sandboxesAreCountedByTheirState() throws Exception {
        String codebase = server.codebase(Map.of("a", "12345"));
        String id = server.sandbox(request(codebase).build()).getId();
        server.sandboxes().createSandbox(request(codebase).build());
        awaitValue("agentfense_sandboxes{state=\"running\"}", 1);
        awaitValue("agentfense_sandboxes{state=\"pending\"}", 1);
        awaitValue("agentfense_codebases", 1);
        awaitValue("agentfense_codebase_bytes", 5);
        assertThat(value(outcome("sandbox_start_seconds_count", "started"))).isEqualTo(1);
        assertThat(value(outcome("sandbox_start_seconds_bucket", "started").replace("}", ",le=\"+Inf\"}")))
                .isEqualTo(1);
        assertThat(server.get("/metrics").body())
                .containsPattern("agentfense_sandbox_start_phase_seconds_count\\{phase");
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
        awaitValue("agentfense_sandboxes{state=\"running\"}", 0);
        awaitValue("agentfense_sandboxes{state=\"stopped\"}", 1);
    }

    @Test
    void commandsAreCountedByTheirEnd() throws Exception {
        String id = server.sandbox(request(server.codebase(Map.of())).build()).getId();
        server.exec(id, "exit 3");
        server.exec(id, "true");
        server.post("/v1/sandboxes/" + id + "/exec", "{\"command\": \"sleep 100\", \"timeout\": \"0.1s\"}");
        server.post("/v1/sandboxes/sb_0000000000000000/exec", "{\"command\": \"true\"}");
        server.post("/v1/sandboxes/" + id + "/exec/stream", "{\"command\": \"true\"}");
        server.post("/v1/sandboxes/" + id + "/stop", "");
        server.post("/v1/sandboxes/" + id + "/exec", "{\"command\": \"true\"}");
        assertThat(value(outcome("command_seconds_count", "exited"))).isEqualTo(3);
        assertThat(value(outcome("command_seconds_count", "timed_out"))).isEqualTo(1);
        assertThat(value(outcome("command_seconds_count", "refused"))).isEqualTo(1);
        assertThat(value(outcome("command_seconds_sum", "timed_out"))).isPositive();
    }

    @Test
    void aCommandWhoseClientLeftIsCountedAsCancelled() throws Exception {
        String id = server.sandbox(request(server.codebase(Map.of())).build()).getId();
        Future<ExecResult> call = server.client(SandboxServiceFutureStub.class)
                .exec(ExecRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("touch begun; sleep 100")
                        .build());
        await().until(() ->
                server.get("/v1/sandboxes/" + id + "/fs/stat?path=begun").statusCode() == 200);
        call.cancel(true);
        awaitValue(outcome("command_seconds_count", "cancelled"), 1);
    }

    @Test
    void whatIsWrittenAndLandsIsCounted() throws Exception {
        String codebase = server.codebase(Map.of(".env", "secret"));
        String id = server.sandbox(request(codebase).build()).getId();
        double landed = value(outcome("commits_total", "landed"));
        server.exec(id, "echo x > a");
        assertThat(value(outcome("commits_total", "landed"))).isEqualTo(landed + 1);
        double unchanged = value(outcome("commits_total", "unchanged"));
        server.exec(id, "true");
        assertThat(value(outcome("commits_total", "unchanged"))).isEqualTo(unchanged + 1);

        String manual = server.sandbox(request(codebase)
                        .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                        .build())
                .getId();
        server.exec(manual, "head -c 5000 /dev/zero > big; echo mine > a");
        await().untilAsserted(() -> assertThat(value("agentfense_delta_bytes")).isGreaterThanOrEqualTo(5000));
        server.put("/v1/codebases/" + codebase + "/files/a", "somebody else's");
        server.post("/v1/sandboxes/" + manual + "/commit", "{\"conflicts\": \"CONFLICT_MODE_FAIL\"}");
        assertThat(value(outcome("commits_total", "conflict"))).isEqualTo(1);
        assertThat(value("agentfense_commit_conflicts_total")).isEqualTo(1);
    }

    @Test
    void denialsAreCountedAndStayCounted() throws Exception {
        String id = server.sandbox(
                        request(server.codebase(Map.of(".env", "secret"))).build())
                .getId();
        server.exec(id, "cat .env");
        double counted = value("agentfense_denials_total");
        assertThat(counted).isPositive();
        server.sandboxes()
                .destroySandbox(
                        DestroySandboxRequest.newBuilder().setSandboxId(id).build());
        assertThat(value("agentfense_denials_total")).isGreaterThanOrEqualTo(counted);
    }

    @Test
    void whatTheKernelAskedForIsCountedByOperationAndStaysCounted() throws Exception {
        String id = server.sandbox(
                        request(server.codebase(Map.of("seen", "content"))).build())
                .getId();
        String lookups = "agentfense_fuse_requests_seconds_count{operation=\"lookup\"}";
        server.exec(id, "cat seen nowhere");
        await().untilAsserted(() -> assertThat(value(lookups)).isPositive());
        assertThat(value(lookups.replace("count", "sum"))).isPositive();
        assertThat(value("agentfense_descriptors_total{outcome=\"opened\"}")).isPositive();
        assertThat(value("agentfense_descriptors_total{outcome=\"kept\"}")).isPositive();
        double counted = value(lookups);
        server.sandboxes()
                .destroySandbox(
                        DestroySandboxRequest.newBuilder().setSandboxId(id).build());
        Thread.sleep(Duration.ofMillis(1100)); // Sums are looked up once a second at most.
        assertThat(value(lookups)).isGreaterThanOrEqualTo(counted);
    }

    @Test
    void isolatedSandboxesAreCountedWhileTheyAre() throws Exception {
        String id = server.sandbox(request(server.codebase(Map.of())).build()).getId();
        assertThat(value("agentfense_sandboxes_isolated")).isZero();
        server.post("/v1/sandboxes/" + id + "/isolate", "{}");
        awaitValue("agentfense_sandboxes_isolated", 1);
        server.post("/v1/sandboxes/" + id + "/release", "{}");
        awaitValue("agentfense_sandboxes_isolated", 0);
    }

    @Test
    void openSessionsAreCounted() throws Exception {
        String id = server.sandbox(request(server.codebase(Map.of())).build()).getId();
        String session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(id).build())
                .getId();
        assertThat(value("agentfense_sessions_open")).isEqualTo(1);
        server.post("/v1/sessions/" + session + "/exec", "{\"command\": \"true\"}");
        assertThat(value(outcome("command_seconds_count", "exited"))).isEqualTo(1);
        server.delete("/v1/sessions/" + session);
        assertThat(value("agentfense_sessions_open")).isZero();
    }

    @Test
    void refusalsAreCountedByTheLimit() throws Exception {
        String codebase = server.codebase(Map.of());
        for (int i = 0; i < 3; i++) {
            server.sandboxes().createSandbox(request(codebase).build());
        }
        server.post("/v1/sandboxes", "{\"codebaseId\": \"" + codebase + "\"}");
        server.put("/v1/codebases/" + codebase + "/files/big", "x".repeat(200_000));
        assertThat(value("agentfense_quota_refusals_total{limit=\"sandbox.max_per_user\"}"))
                .isEqualTo(1);
        assertThat(value("agentfense_quota_refusals_total{limit=\"limits.codebase_bytes\"}"))
                .isEqualTo(1);
    }

    @Test
    void callsThatComeTooEarlyAreCounted() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        try (TestServer limited = TestServer.start(other, Map.of("limits.requests_per_second", "1"))) {
            int refused = 0;
            for (int i = 0; i < 10; i++) {
                refused += limited.get("/v1/sandboxes").statusCode() == 429 ? 1 : 0;
                refused +=
                        limited.get("/v1/codebases/cb_0000000000000000/files/a").statusCode() == 429 ? 1 : 0;
            }
            assertThat(refused).isPositive();
            assertThat(value(limited, "agentfense_rate_limited_calls_total")).isEqualTo(refused);
        }
    }

    @Test
    void noLabelNamesAnObjectAUserOrAPath() throws Exception {
        String codebase = TestServer.json(
                        server.post("/v1/codebases", "{\"name\": \"odd-name\", \"ownerId\": \"odd-owner\"}"))
                .get("id")
                .asText();
        String id = server.sandbox(
                        request(codebase).putLabels("odd-label", "odd-value").build())
                .getId();
        server.exec(id, "echo x > odd-file; cat .env");
        assertThat(server.get("/metrics").body())
                .contains("agentfense_denials_total")
                .doesNotContain(codebase)
                .doesNotContain(id)
                .doesNotContain("odd-");
    }
}
