package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of one sandbox that control groups know nothing of, and those that are a server's default. */
class LimitsTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(
                directory,
                Map.of("sandbox.default_resources.nofile", "128", "sandbox.default_resources.output_bytes", "3000"));
        codebase = server.codebase(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Sandbox sandbox(ResourceLimits.Builder limits) {
        return server.sandbox(CreateSandboxRequest.newBuilder()
                .setCodebaseId(codebase)
                .addPermissions(TestServer.ALL)
                .setResources(limits)
                .build());
    }

    private static Sandbox now(Sandbox sandbox) {
        return server.sandboxes()
                .getSandbox(GetSandboxRequest.newBuilder()
                        .setSandboxId(sandbox.getId())
                        .build());
    }

    @Test
    void openFilesAreLimitedAsAskedForElseAsTheServerSays() {
        Sandbox own = sandbox(ResourceLimits.newBuilder().setNofile(64));
        Sandbox usual = sandbox(ResourceLimits.newBuilder());

        assertThat(own.getResources().getNofile()).isEqualTo(64);
        assertThat(usual.getResources().getNofile()).isEqualTo(128);
        assertThat(server.exec(own.getId(), "ulimit -n; ulimit -Hn").getStdout())
                .isEqualTo("64\n64\n");
        assertThat(server.exec(usual.getId(), "ulimit -n").getStdout()).isEqualTo("128\n");
    }

    @Test
    void moreOutputThanIsKeptIsDroppedAndSaid() throws Exception {
        Sandbox own = sandbox(ResourceLimits.newBuilder().setOutputBytes(100));
        Sandbox usual = sandbox(ResourceLimits.newBuilder());

        ExecResult cut = server.exec(own.getId(), "head -c 5000 /dev/zero | tr '\\0' a; echo few >&2; exit 3");
        assertThat(cut.getStdout()).hasSize(100);
        assertThat(cut.getStdoutTruncated()).isTrue();
        assertThat(cut.getStderr()).isEqualTo("few\n");
        assertThat(cut.getStderrTruncated()).isFalse();
        assertThat(cut.getExitCode()).isEqualTo(3);
        assertThat(server.exec(usual.getId(), "head -c 5000 /dev/zero | tr '\\0' a")
                        .getStdout())
                .hasSize(3000);
        String session = TestServer.json(server.post("/v1/sandboxes/" + own.getId() + "/sessions", "{}"))
                .get("id")
                .asText();
        assertThat(TestServer.json(server.post(
                                "/v1/sessions/" + session + "/exec",
                                "{\"command\": \"head -c 5000 /dev/zero | tr '\\\\0' b\"}"))
                        .get("stdout")
                        .asText())
                .hasSize(100);
    }

    @Test
    void aSandboxThatMayRunForASecondIsStoppedAndSaysWhy() {
        Sandbox sandbox = sandbox(ResourceLimits.newBuilder().setMaxRuntime(1));
        assertThatThrownBy(() -> server.exec(sandbox.getId(), "echo kept > kept; sleep 100"))
                .hasMessageContaining("sandbox is not running");

        await().until(() -> now(sandbox).getStatus() == SandboxStatus.SANDBOX_STATUS_STOPPED);
        assertThat(now(sandbox).getReason()).isEqualTo("it ran for 1 s, the most that its max_runtime allows");

        Sandbox again = server.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder()
                        .setSandboxId(sandbox.getId())
                        .build());
        assertThat(again.getReason()).isEmpty();
        await().until(() -> now(sandbox).getStatus() == SandboxStatus.SANDBOX_STATUS_STOPPED);
    }

    @Test
    void theTimeOfAnEarlierRunEndsNoLaterOne() throws Exception {
        Sandbox sandbox = sandbox(ResourceLimits.newBuilder().setMaxRuntime(2));
        String path = "/v1/sandboxes/" + sandbox.getId();
        server.exec(sandbox.getId(), "sleep 1");
        server.post(path + "/stop", "");
        server.post(path + "/start", "");

        // The first run's time is over within this, the second's is not.
        assertThat(server.exec(sandbox.getId(), "sleep 1.2; echo runs on").getStdout())
                .isEqualTo("runs on\n");
    }
}
