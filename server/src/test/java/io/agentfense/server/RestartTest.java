package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.SessionStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a server that ended, well or by kill -9, and what the next one makes of it. */
class RestartTest {
    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            process.waitFor();
        }
    }

    /** A server in a process of its own, which can be killed. */
    private Remote start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dagentfense.guest=" + Guest.PROGRAM,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.server.Main",
                "--config",
                Files.writeString(directory.resolve("config.yaml"), "server:\n  http_addr: \"\"\n")
                        .toString(),
                "--grpc-addr",
                "127.0.0.1:0"));
        Map.of(
                        "storage.codebase_path", "codebases",
                        "storage.mount_path", "mounts",
                        "storage.delta_path", "deltas",
                        "storage.db_path", "metadata.db")
                .forEach((key, value) -> {
                    command.add("--set");
                    command.add(key + "=" + directory.resolve(value));
                });
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve("log").toFile())
                .start();
        processes.add(process);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).as(Files.readString(directory.resolve("log"))).startsWith("serving on ");
        return new Remote(process, line.substring(line.lastIndexOf(':') + 1));
    }

    private record Remote(Process process, String port) {
        RemoteClient client() {
            return new RemoteClient("127.0.0.1:" + port);
        }
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
        Remote first = start();
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
        Remote server = start();
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

    private static long running(String command) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").equals("/usr/bin/" + command)
                        || process.info().commandLine().orElse("").equals(command))
                .count();
    }
}
