package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.PermissionRule;
import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose secrets are masked, from the call that makes the sandbox to the commit and the audit log. */
class MaskServerTest {
    private static final String ENV = "DEBUG=true\nDB_PASSWORD=hunter2\nNAME=app\n";

    @TempDir
    static Path directory;

    @TempDir
    static Path roots;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of("storage.local_roots", roots.toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static PermissionRule masked(Permission permission) {
        return TestServer.rule("/.env", permission, 10).toBuilder()
                .setMask(true)
                .build();
    }

    private static String codebase(Path base) throws Exception {
        Files.writeString(base.resolve(".env"), ENV);
        return server.codebases()
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("project")
                        .setOwnerId("user")
                        .setLocalPath(base.toString())
                        .build())
                .getId();
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "hide", "block"})
    void aMaskedFileIsEditedWithoutBeingSeen(String secrets) throws Exception {
        Path base = Files.createTempDirectory(roots, "base");
        String codebase = codebase(base);
        server.daemon()
                .reload(TestServer.config(
                                directory,
                                Map.of("storage.local_roots", roots.toString(), "secrets.sandboxes", secrets))
                        .config());
        String sandbox = server.sandbox(
                        codebase,
                        TestServer.rule("/**", Permission.PERMISSION_WRITE, 0),
                        masked(Permission.PERMISSION_WRITE))
                .getId();
        String seen = server.exec(sandbox, "cat .env; env; cat /proc/*/environ 2>/dev/null; true")
                .getStdout();
        assertThat(seen).contains("DB_PASSWORD=AF_MASK_").doesNotContain("hunter2");
        server.exec(sandbox, "sed -i s/app/other/ .env; echo MORE=1 >> .env");
        assertThat(base.resolve(".env")).hasContent(ENV.replace("app", "other") + "MORE=1\n");
        assertThat(server.exec(sandbox, "cat .env").getStdout())
                .contains("MORE=1", "DB_PASSWORD=AF_MASK_")
                .doesNotContain("hunter2");
        await().untilAsserted(() -> assertThat(masks(sandbox)).isNotEmpty().allSatisfy(event -> {
            assertThat(event.fields()).containsEntry("path", "/workspace/.env").containsEntry("secrets", 1L);
            assertThat(event.fields().get("secret_rules")).isEqualTo(List.of("secret-name"));
            assertThat(event.toString()).doesNotContain("hunter2");
        }));
        server.delete("/v1/sandboxes/" + sandbox);
    }

    private static List<AuditEvent> masks(String sandbox) throws Exception {
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            return reader.list(AuditQuery.ALL.of(Set.of("secret_masked"))).stream()
                    .map(AuditRecord::event)
                    .filter(event -> sandbox.equals(event.fields().get("sandbox_id")))
                    .toList();
        }
    }

    @Test
    void theRulesOfASandboxSayWhichOfThemMask() throws Exception {
        Path base = Files.createTempDirectory(roots, "base");
        String body = "{\"codebase_id\": \"" + codebase(base) + "\", \"permissions\": ["
                + "{\"pattern\": \"/.env\", \"permission\": \"PERMISSION_READ\", \"mask\": true}]}";
        String made = server.post("/v1/sandboxes", body).body();
        assertThat(made).containsPattern("\"mask\": ?true");
        assertThat(server.post("/v1/sandboxes", body.replace("_READ", "_VIEW")).body())
                .contains("mask goes with read or write");
    }
}
