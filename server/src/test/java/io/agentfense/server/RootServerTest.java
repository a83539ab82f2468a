package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.docker.RemappedEngine;
import io.agentfense.docker.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is root in a container is held to the rules as everybody is, and is given that by the operator alone. */
class RootServerTest {
    private static final Map<String, String> PROJECT =
            Map.of(".env", "SECRET=xyzzy\n", "src/main.py", "print()\n", "docs/plan", "plan\n", "out/old", "old\n");

    /** The server that all share who need no other. */
    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = start(directory, Map.of());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static TestServer start(Path place, Map<String, String> keys) throws Exception {
        Map<String, String> all = new HashMap<>(
                Map.of(
                        "runtime.docker.host",
                        RemappedEngine.host(),
                        "runtime.docker.default_image",
                        TestEngine.DEBIAN,
                        "runtime.docker.allow_root",
                        "true",
                        "network.policies",
                        "{\"egress\": {\"type\": \"egress\", \"allow\": [{\"host\": \"api.example.com\", \"ports\": [443]}]}}"));
        all.putAll(keys);
        return TestServer.start(place, all);
    }

    private static CreateSandboxRequest.Builder root(TestServer server) throws Exception {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(server.codebase(PROJECT))
                .addPermissions(TestServer.rule("**/*", Permission.PERMISSION_READ))
                .addPermissions(TestServer.rule("/out/**", Permission.PERMISSION_WRITE, 1))
                .addPermissions(TestServer.rule("/docs/**", Permission.PERMISSION_VIEW, 1))
                .addPermissions(TestServer.rule("**/.env*", Permission.PERMISSION_NONE, 2))
                .setRuntime(RuntimeType.RUNTIME_TYPE_DOCKER)
                .setRoot(true);
    }

    @Test
    void rootIsHeldToTheRulesWhateverUserItBecomes() throws Exception {
        String id = server.sandbox(root(server).build()).getId();
        assertThat(server.exec(id, "id -u; ls -A; cat src/main.py").getStdout())
                .isEqualTo("0\ndocs\nout\nsrc\nprint()\n");
        for (String as : List.of("", "setpriv --reuid 1000 --regid 1000 --clear-groups ")) {
            for (String attempt : List.of(
                    "cat .env",
                    "cat /workspace/.env",
                    "ls -d .env",
                    "touch .env",
                    "mv .env out/",
                    "ln .env out/env",
                    "busybox chown 0 .env",
                    "cat docs/plan",
                    "cp docs/plan out/plan",
                    "ln docs/plan out/plan",
                    "chmod 644 docs/plan",
                    "echo x >> src/main.py",
                    "truncate -s 0 src/main.py",
                    "chmod 666 src/main.py",
                    "chown 0:0 src/main.py",
                    "chown 1000:1000 src/main.py",
                    "rm -f src/main.py",
                    "mv src/main.py out/",
                    "ln src/main.py out/main.py",
                    "touch src/main.py",
                    "busybox dd of=src/main.py conv=notrunc if=/bin/true",
                    "mv src other",
                    "mkdir new",
                    "busybox mknod out/disk b 8 0",
                    "chown 1000:1000 out/old",
                    "chown 1000:1000 /workspace")) {
                assertThat(server.exec(id, as + attempt).getExitCode())
                        .as(as + attempt)
                        .isNotZero();
            }
        }
        assertThat(server.exec(id, "cat src/main.py out/old; ls -A out src docs")
                        .getStdout())
                .isEqualTo("print()\nold\ndocs:\nplan\n\nout:\nold\n\nsrc:\nmain.py\n");
    }

    @Test
    void filesAreRootsInsideAndTheCodebasesOwnersOnTheHost() throws Exception {
        String id = server.sandbox(root(server).build()).getId();
        ExecResult made = server.exec(
                id,
                "cd out && echo new > new && chown 0:0 new && chmod 4755 new && mkdir -m 700 deep && umask 0 && echo x > deep/x"
                        + " && busybox stat -c '%u:%g %a' new deep deep/x old .. ../src/main.py");
        assertThat(made.getStdout() + made.getStderr())
                .isEqualTo("0:0 755\n0:0 700\n0:0 666\n0:0 644\n0:0 555\n0:0 444\n");
        Path landed = landed("new");
        assertThat(landed).hasContent("new");
        assertThat(Files.getAttribute(landed, "unix:uid"))
                .isEqualTo(Files.getAttribute(landed("old"), "unix:uid"))
                .isEqualTo(0);
        assertThat((int) Files.getAttribute(landed, "unix:mode") & 06000).isZero();
    }

    private static Path landed(String name) throws Exception {
        try (var files = Files.walk(directory.resolve("codebases"))) {
            return files.filter(file -> file.endsWith("out/" + name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void itIsOnRecordAndKeepsOverARestart(@TempDir Path place) throws Exception {
        String id;
        try (TestServer server = start(place, Map.of())) {
            id = server.sandbox(root(server).build()).getId();
            assertThat(TestServer.json(server.get("/v1/sandboxes/" + id))
                            .path("root")
                            .asBoolean())
                    .isTrue();
            JsonNode created = TestServer.JSON.readTree(server.get("/v1/audit?event=sandbox_created&sandbox_id=" + id)
                    .body());
            assertThat(created.path("root").asBoolean()).isTrue();
        }
        try (TestServer server = start(place, Map.of())) {
            server.sandboxes()
                    .startSandbox(
                            StartSandboxRequest.newBuilder().setSandboxId(id).build());
            assertThat(server.exec(id, "id -u").getStdout()).isEqualTo("0\n");
        }
        try (TestServer server = start(place, Map.of("runtime.docker.allow_root", "false"))) {
            assertThatThrownBy(() -> server.sandboxes()
                            .startSandbox(StartSandboxRequest.newBuilder()
                                    .setSandboxId(id)
                                    .build()))
                    .hasMessageContaining("runtime.docker.allow_root");
            assertThat(server.post("/v1/sandboxes/" + id + "/fork", "{}").body())
                    .contains("runtime.docker.allow_root");
        }
    }

    @Test
    void withoutTheOperatorsWordOrAnEngineThatMapsUsersThereIsNone(@TempDir Path place) throws Exception {
        try (TestServer server = start(place, Map.of("runtime.docker.allow_root", "false"))) {
            assertThatThrownBy(() -> server.sandbox(root(server).build()))
                    .hasMessageContaining("FAILED_PRECONDITION")
                    .hasMessageContaining("runtime.docker.allow_root");
        }
        try (TestServer server = start(place, Map.of("runtime.docker.host", TestEngine.host()))) {
            assertThatThrownBy(() -> server.sandbox(root(server).build()))
                    .hasMessageContaining("FAILED_PRECONDITION")
                    .hasMessageContaining("--userns-remap");
            assertThatThrownBy(() -> server.sandbox(root(server)
                            .setRuntime(RuntimeType.RUNTIME_TYPE_BWRAP)
                            .build()))
                    .hasMessageContaining("INVALID_ARGUMENT")
                    .hasMessageContaining("root: only for the runtime docker");
        }
    }

    @Test
    void rootReachesNothingButWhatItsPolicyLists() throws Exception {
        String id = server.sandbox(
                        root(server).putLabels("network_policy", "egress").build())
                .getId();
        for (String attempt : List.of(
                "curl -fsS -m 9 http://denied.example",
                "timeout 9 bash -c 'read x < /dev/tcp/1.2.3.4/80'",
                "busybox ip route add default dev lo",
                "busybox ip addr add 10.0.0.1/8 dev lo",
                "busybox ping -c 1 -W 1 1.2.3.4")) {
            assertThat(server.exec(id, attempt).getExitCode()).as(attempt).isNotZero();
        }
        await().untilAsserted(() -> assertThat(
                        server.get("/v1/sandboxes/" + id + "/events").body())
                .contains("network_denied")
                .contains("denied.example")
                .contains("1.2.3.4"));
    }

    @Test
    void isolatedItStandsStillAndItsOwnerEndsNothingOfThat() throws Exception {
        String id = server.sandbox(root(server).build()).getId();
        server.post(
                "/v1/sandboxes/" + id + "/processes",
                "{\"command\": \"exec setpriv --reuid 1000 --clear-groups sh -c 'while :; do :; done'\"}");
        assertThat(TestServer.json(server.post("/v1/sandboxes/" + id + "/isolate", "{}"))
                        .path("processes")
                        .asText())
                .isEqualTo("FROZEN");
        assertThat(server.post("/v1/sandboxes/" + id + "/release", "{}").statusCode())
                .isEqualTo(200);
        assertThat(server.exec(id, "id -u").getStdout()).isEqualTo("0\n");
    }
}
