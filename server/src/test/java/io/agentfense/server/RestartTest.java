package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.SessionStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a server that ended, well or by kill -9, and what the next one makes of it. */
class RestartTest {
    @TempDir
    Path directory;

    private final List<ServerProcess> servers = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (ServerProcess server : servers) {
            server.end();
        }
    }

    private ServerProcess start() throws IOException {
        ServerProcess server = ServerProcess.start(directory, "server:\n  http_addr: \"\"\n");
        servers.add(server);
        return server;
    }

    private long mounts() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.filter(line -> line.contains(directory.toString())).count();
        }
    }

    private static Sandbox manual(RemoteClient client, String codebase) {
        String id = client.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                        .build())
                .getId();
        return client.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    @Test
    void afterAKillNothingHangsAndNothingThatWasAcknowledgedIsLost() throws Exception {
        ServerProcess first = start();
        RemoteClient client = first.client();
        String codebase = client.codebase();
        Sandbox sandbox = manual(client, codebase);
        client.exec(sandbox.getId(), "echo kept > a; setsid sleep 8642 >/dev/null 2>&1 &");
        String session = client.sandboxes()
                .createSession(CreateSessionRequest.newBuilder()
                        .setSandboxId(sandbox.getId())
                        .build())
                .getId();
        first.process().destroyForcibly().waitFor();
        await().until(() -> running("sleep 8642") == 0);

        RemoteClient next = start().client();
        assertThat(mounts()).isZero();
        Sandbox found = next.sandboxes()
                .getSandbox(GetSandboxRequest.newBuilder()
                        .setSandboxId(sandbox.getId())
                        .build());
        assertThat(found.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_STOPPED);
        assertThat(found.getReason()).isNotBlank();
        assertThat(next.sandboxes()
                        .getSession(GetSessionRequest.newBuilder()
                                .setSessionId(session)
                                .build())
                        .getStatus())
                .isEqualTo(SessionStatus.SESSION_STATUS_CLOSED);
        next.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder()
                        .setSandboxId(sandbox.getId())
                        .build());
        assertThat(next.exec(sandbox.getId(), "cat a").getStdout()).isEqualTo("kept\n");
    }

    @Test
    void onSigtermItDrainsAndLeavesNothing() throws Exception {
        ServerProcess server = start();
        RemoteClient client = server.client();
        Sandbox sandbox = manual(client, client.codebase());
        client.exec(sandbox.getId(), "setsid sleep 8643 >/dev/null 2>&1 &");
        server.process().destroy();
        assertThat(server.process().waitFor()).isIn(0, 143);
        assertThat(mounts()).isZero();
        assertThat(running("sleep 8643")).isZero();
        RemoteClient next = start().client();
        assertThat(next.sandboxes()
                        .getSandbox(GetSandboxRequest.newBuilder()
                                .setSandboxId(sandbox.getId())
                                .build())
                        .getStatus())
                .isEqualTo(SandboxStatus.SANDBOX_STATUS_STOPPED);
    }

    @Test
    void aCommandThatRunsDoesNotHoldSigtermUp() throws Exception {
        ServerProcess server = start();
        RemoteClient client = server.client();
        Sandbox sandbox = manual(client, client.codebase());
        CompletableFuture<ExecResult> call =
                CompletableFuture.supplyAsync(() -> client.exec(sandbox.getId(), "sleep 8644"));
        await().until(() -> running("sleep 8644") > 0);
        server.process().destroy();
        assertThat(server.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(server.process().exitValue()).isIn(0, 143);
        assertThat(mounts()).isZero();
        assertThat(running("sleep 8644")).isZero();
        assertThatThrownBy(call::join).hasCauseInstanceOf(StatusRuntimeException.class);
        assertThat(server.log()).contains("stopped");
    }

    private static long running(String command) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").equals("/usr/bin/" + command)
                        || process.info().commandLine().orElse("").equals(command))
                .count();
    }
}
