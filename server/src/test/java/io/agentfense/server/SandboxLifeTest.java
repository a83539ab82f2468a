package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox is to the machine it runs on: a guest without rights, that leaves nothing behind. */
class SandboxLifeTest {
    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectory(directory.resolve("local"));
        server = TestServer.start(
                directory,
                Map.of("storage.local_roots", directory.resolve("local").toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String sandbox() throws Exception {
        return server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
    }

    private static void stop(String id) {
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static Sandbox get(String id) {
        return server.sandboxes()
                .getSandbox(GetSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static boolean runs(String commandLine) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").endsWith(commandLine));
    }

    /** What lies in a directory of the server's, not looking into what is mounted there. */
    private static List<String> entries(String name) throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve(name))) {
            return entries.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void commandsAreNoRootAndHaveNoCapability() throws Exception {
        String id = sandbox();
        assertThat(server.exec(id, "id -u").getStdout().strip()).isNotEqualTo("0");
        List<String> lines = server.exec(id, "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status")
                .getStdout()
                .lines()
                .map(line -> line.replaceAll("\\s+", " "))
                .toList();
        assertThat(lines).contains("NoNewPrivs: 1", "Seccomp: 2");
        assertThat(lines.stream().filter(line -> line.startsWith("Cap")))
                .hasSize(5)
                .allMatch(line -> line.endsWith(" 0000000000000000"));
        assertThat(server.exec(id, "mount -t tmpfs none /tmp").getExitCode()).isNotZero();
        assertThat(server.exec(id, "unshare -r true").getExitCode()).isNotZero();
    }

    @Test
    void nothingInsideTellsOfTheServer() throws Exception {
        String id = sandbox();
        // All that a program could read of other processes, of its mounts and of itself.
        String told = server.exec(
                        id, "cat /proc/*/cmdline /proc/*/environ /proc/*/mountinfo 2>/dev/null | tr '\\0' '\\n'; env")
                .getStdout();
        assertThat(told).contains("/workspace").doesNotContain(directory.toString());
        for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
            if (!List.of("HOME", "LANG", "OLDPWD", "PATH", "PWD", "SHLVL", "TERM", "USER", "_")
                    .contains(variable.getKey())) {
                assertThat(told.lines()).doesNotContain(variable.getKey() + "=" + variable.getValue());
            }
        }
    }

    @Test
    void aStopEndsWhatRuns() throws Exception {
        String id = sandbox();
        Iterator<ExecOutput> outputs = server.sandboxes()
                .execStream(ExecRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("echo begun; exec sleep 3131")
                        .build());
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("begun\n");
        stop(id);
        assertThat(refusal(outputs)).satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(status.getDescription()).startsWith("sandbox is not running");
        });
        assertThat(runs("sleep 3131")).isFalse();
    }

    @Test
    void aDestroyEndsWhatRunsAndItsCallSaysSo() throws Exception {
        String codebase = server.codebase(Map.of("a", "1"));
        String id = server.sandbox(codebase, TestServer.ALL).getId();
        Iterator<ExecOutput> outputs = server.sandboxes()
                .execStream(ExecRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("echo 2 > a; echo begun; exec sleep 3434")
                        .build());
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("begun\n");
        server.delete("/v1/sandboxes/" + id);
        assertThat(refusal(outputs).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        // Killed in the middle, it is committed as any command that ends, if its end comes before that of the delta.
        assertThat(server.get("/v1/codebases/" + codebase + "/files/a").body()).isIn("1", "2\n");
    }

    private static Status refusal(Iterator<ExecOutput> outputs) {
        try {
            throw new AssertionError("it ended well: " + outputs.next());
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Test
    void aDestroyLeavesNothing() throws Exception {
        String codebase = server.codebase(Map.of());
        List<String> mounts = entries("mounts");
        List<String> deltas = entries("deltas");
        String id = server.sandbox(codebase, TestServer.ALL).getId();
        server.exec(id, "touch a; (setsid sleep 3232 >/dev/null 2>&1 &)");
        assertThat(runs("sleep 3232")).isTrue();
        server.delete("/v1/sandboxes/" + id);
        await().until(() -> !runs("sleep 3232"));
        try (Stream<String> all = Files.lines(Path.of("/proc/self/mounts"))) {
            assertThat(all.filter(line -> line.contains(id))).isEmpty();
        }
        assertThat(entries("mounts")).isEqualTo(mounts);
        assertThat(entries("deltas")).isEqualTo(deltas);
    }

    @Test
    void whatRunsInTheBackgroundLivesOnAndHoldsNoAnswerUp() throws Exception {
        String id = sandbox();
        ExecResult result = server.exec(id, "sleep 3333 & echo begun");
        assertThat(result.getStdout()).isEqualTo("begun\n");
        assertThat(server.exec(id, "pgrep -f '[s]leep 3333' >/dev/null && echo lives")
                        .getStdout())
                .isEqualTo("lives\n");
        stop(id);
        assertThat(runs("sleep 3333")).isFalse();
    }

    @Test
    void temporaryFilesStayUntilTheStop() throws Exception {
        String id = sandbox();
        server.exec(id, "echo kept > /tmp/x");
        assertThat(server.exec(id, "cat /tmp/x").getStdout()).isEqualTo("kept\n");
        stop(id);
        server.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
        assertThat(server.exec(id, "ls -A /tmp").getStdout()).isEmpty();
    }

    @Test
    void aSandboxThatCouldNotStartSaysWhyAndStartsOnceItCan() throws Exception {
        Path project = Files.createDirectory(directory.resolve("local/project"));
        String codebase = server.codebases()
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("p")
                        .setOwnerId("user")
                        .setLocalPath(project.toString())
                        .build())
                .getId();
        String id = server.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .build())
                .getId();
        Path aside = Files.move(project, directory.resolve("aside"));
        StartSandboxRequest start =
                StartSandboxRequest.newBuilder().setSandboxId(id).build();
        for (Face face : Face.values()) {
            Status status = face.refusal(server, SandboxServiceGrpc.getStartSandboxMethod(), start);
            assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(status.getDescription()).startsWith("failed to start sandbox: ");
            assertThat(get(id).getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_ERROR);
            assertThat(get(id).getReason()).isEqualTo(status.getDescription());
        }
        Files.move(aside, project);
        assertThat(server.sandboxes().startSandbox(start).getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
        assertThat(server.exec(id, "echo works").getStdout()).isEqualTo("works\n");
    }

    @Test
    void limitsThatAreGivenHoldAndAreEchoed() throws Exception {
        long memory = 64 << 20;
        Sandbox limited = server.sandbox(CreateSandboxRequest.newBuilder()
                .setCodebaseId(server.codebase(Map.of()))
                .addPermissions(TestServer.ALL)
                .setResources(ResourceLimits.newBuilder()
                        .setMemoryBytes(memory)
                        .setPidsLimit(50)
                        .setCpuQuota(50_000))
                .build());
        assertThat(limited.getResources().getMemoryBytes()).isEqualTo(memory);
        assertThat(limited.getResources().getPidsLimit()).isEqualTo(50);
        assertThat(limited.getResources().getCpuQuota()).isEqualTo(50_000);
        assertThat(server.exec(limited.getId(), "head -c 200000000 /dev/zero | tail")
                        .getLimitExceeded())
                .isEqualTo("memory");
    }

    @Test
    void aStopKeepsTheSandboxAndItCanBeStartedAgain() throws Exception {
        String id = sandbox();
        for (String round : List.of("one", "two", "three")) {
            assertThat(server.exec(id, "echo " + round + " >> log; cat log").getStdout())
                    .endsWith(round + "\n");
            stop(id);
            server.sandboxes()
                    .startSandbox(
                            StartSandboxRequest.newBuilder().setSandboxId(id).build());
        }
        assertThat(server.exec(id, "cat log").getStdout()).isEqualTo("one\ntwo\nthree\n");
    }
}
