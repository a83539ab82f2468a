package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens in a server stands in its audit log, by the names of the requirements, before the caller hears of it. */
class AuditTest {
    @TempDir
    Path directory;

    private TestServer server;
    private String codebase;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of("main.py", "print()\n", ".env", "SECRET=xyzzy\n", "lib/.env.local", "A=b\n"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<AuditEvent> events(String sandbox, String... names) throws IOException {
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            return reader.list(AuditQuery.ALL.ofSandbox(sandbox).of(Set.of(names))).stream()
                    .map(AuditRecord::event)
                    .toList();
        }
    }

    private String sandbox() {
        return server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.rule("**", Permission.PERMISSION_READ, 0))
                        .addPermissions(TestServer.rule("**/.env*", Permission.PERMISSION_NONE, 10))
                        .addPermissions(TestServer.rule("/out/**", Permission.PERMISSION_WRITE, 5))
                        .setResources(ResourceLimits.newBuilder().setPidsLimit(100))
                        .build())
                .getId();
    }

    @Test
    void aLifeIsWrittenDownWithTheKeysOfTheRequirements() throws Exception {
        String id = sandbox();
        server.exec(id, "cat main.py; exit 3");
        server.delete("/v1/sandboxes/" + id);

        assertThat(events(id))
                .extracting(AuditEvent::event)
                .containsExactly("sandbox_created", "sandbox_started", "command_executed", "sandbox_destroyed");
        AuditEvent created = events(id, "sandbox_created").getFirst();
        assertThat(created.fields().keySet())
                .startsWith("user_id", "sandbox_id", "codebase_id", "permissions", "runtime");
        assertThat(created.fields().get("resources")).isEqualTo(Map.of("pids_limit", 100L));
        assertThat(created.fields().get("permissions").toString()).contains("**/.env*", "none");
        AuditEvent command = events(id, "command_executed").getFirst();
        assertThat(command.text("command")).isEqualTo("cat main.py; exit 3");
        assertThat(command.number("exit_code", 0)).isEqualTo(3);
        assertThat(command.fields()).containsKeys("duration_ms", "outcome", "user_id", "request_id");
    }

    @Test
    void everyDenialIsThereWithTheRuleAndTheProgram() throws Exception {
        String id = sandbox();
        server.exec(id, "cat .env; cat lib/.env.local; echo x > main.py");
        await().untilAsserted(() -> assertThat(events(id, "permission_denied"))
                .extracting(
                        event -> event.text("path") + " " + event.text("operation") + " " + event.text("permission"))
                .contains(
                        "/workspace/.env lookup none",
                        "/workspace/lib/.env.local lookup none",
                        "/workspace/main.py open read"));
        AuditEvent denial = events(id, "permission_denied").getFirst();
        assertThat(denial.text("rule")).isEqualTo("**/.env*=none@10");
        assertThat(denial.text("executable")).endsWith("cat");
        assertThat(denial.number("pid", 0)).isPositive();
    }

    @Test
    void whatIsRepeatedIsCountedAndNothingIsLost() throws Exception {
        String id = sandbox();
        server.exec(id, "i=0; while [ $i -lt 500 ]; do [ -e .env ]; i=$((i+1)); done");
        await().untilAsserted(() -> {
            List<AuditEvent> denials = events(id, "permission_denied");
            assertThat(denials.stream()
                            .mapToLong(event -> event.number("count", 1))
                            .sum())
                    .isEqualTo(500);
            assertThat(denials).hasSizeLessThan(10);
        });
    }

    @Test
    void aHostileNameForgesNoRecord() throws Exception {
        String id = sandbox();
        server.exec(id, "cat \"$(printf 'lib/.env\\n{\"event\":\"forged\"}')\"; cat \"$(printf 'lib/.env\\377')\"");
        await().untilAsserted(() -> assertThat(events(id, "permission_denied")).hasSize(2));
        assertThat(events(id, "forged")).isEmpty();
        assertThat(events(id, "permission_denied").getFirst().text("path"))
                .isEqualTo("/workspace/lib/.env\n{\"event\":\"forged\"}");
    }

    @Test
    void theLogStandsTheVerifierAfterTheServersEnd() throws Exception {
        String id = sandbox();
        server.exec(id, "cat .env; true");
        server.close();
        assertThat(Verifier.verify(directory.resolve("audit")).findings()).isEmpty();
        server = TestServer.start(directory, Map.of());
        assertThat(events(id, "sandbox_stopped")).isNotEmpty();
    }

    @Test
    void whoChangedWhatByACallIsWrittenDown() throws Exception {
        server.put("/v1/codebases/" + codebase + "/files/new.txt", "content");
        server.post("/v1/users/mallory/block", "{\"reason\": \"it probes\"}");
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            List<AuditEvent> all =
                    reader.list(AuditQuery.ALL).stream().map(AuditRecord::event).toList();
            assertThat(all).anySatisfy(event -> {
                assertThat(event.event()).isEqualTo("codebase_changed");
                assertThat(event.text("codebase_id")).isEqualTo(codebase);
                assertThat(event.text("path")).endsWith("new.txt");
            });
            assertThat(all).anySatisfy(event -> {
                assertThat(event.event()).isEqualTo("user_blocked");
                assertThat(event.text("user_id")).isEqualTo("mallory");
                assertThat(event.text("reason")).isEqualTo("it probes");
            });
        }
    }

    @Test
    void anAnswerThatIsRepeatedIsNotWrittenDownAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + "/v1/codebases"))
                    .header("content-type", "application/json")
                    .header("idempotency-key", "once")
                    .POST(BodyPublishers.ofString("{\"name\": \"only-one\", \"owner_id\": \"user\"}"))
                    .build();
            assertThat(server.send(request).statusCode()).isEqualTo(200);
        }
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            assertThat(reader.list(AuditQuery.ALL.of(Set.of("codebase_created"))).stream()
                            .filter(record -> "only-one".equals(record.event().text("name"))))
                    .hasSize(1);
        }
    }

    @Test
    void whoIsNotLetInIsWrittenDown() throws Exception {
        server.close();
        server = TestServer.start(directory, Map.of("auth.mode", "required"));
        for (int i = 0; i < 20; i++) {
            assertThat(server.get("/v1/sandboxes").statusCode()).isEqualTo(401);
        }
        server.close();
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            assertThat(reader.list(AuditQuery.ALL.of(Set.of("authentication_failed"))).stream()
                            .mapToLong(record -> record.event().number("count", 1))
                            .sum())
                    .isEqualTo(20);
        }
        server = TestServer.start(directory, Map.of());
    }

    @Test
    void whileNothingCanBeWrittenDownNothingIsDone() throws Exception {
        server.close();
        Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=256k", "none", small.toString());
        try {
            server = TestServer.start(
                    directory, Map.of("audit.path", small.resolve("audit").toString()));
            String id = sandbox();
            assertThat(server.exec(id, "echo before").getStdout()).isEqualTo("before\n");
            run("sh", "-c", "cat /dev/zero > " + small.resolve("filler") + " 2> /dev/null || true");
            String body = "{\"command\": \"echo done >> /workspace/out/done\"}";
            await().untilAsserted(() -> {
                HttpResponse<String> answer = server.post("/v1/sandboxes/" + id + "/exec", body);
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("nothing is done that can't be recorded");
            });
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            Files.delete(small.resolve("filler"));
            await().untilAsserted(() -> assertThat(
                            server.post("/v1/sandboxes/" + id + "/exec", body).statusCode())
                    .isEqualTo(200));
            server.close();
            assertThat(Verifier.verify(small.resolve("audit")).findings()).isEmpty();
        } finally {
            server.close();
            run("umount", "-l", small.toString());
        }
        server = TestServer.start(directory, Map.of());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }
}
