package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in sandboxes, through the server. */
class ExecTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of("runtime.max_timeout", "60s", "runtime.output_bytes", "100000"));
        sandbox = server.sandbox(server.codebase(Map.of("test.txt", "hello")), TestServer.ALL)
                .getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ExecRequest.Builder request(String command) {
        return ExecRequest.newBuilder().setSandboxId(sandbox).setCommand(command);
    }

    private static ExecResult exec(String command) {
        return server.exec(sandbox, command);
    }

    private static Status refusal(ExecRequest.Builder request) {
        try {
            server.sandboxes().exec(request.build());
            throw new AssertionError("it was not refused");
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Test
    void outputsAndExitCodesArriveAsTheyAre() {
        assertThat(exec("echo hello").getStdout()).isEqualTo("hello\n");
        assertThat(exec("cat test.txt").getStdout()).isEqualTo("hello");
        assertThat(exec("ls -1 test.txt").getStdout()).isEqualTo("test.txt\n");
        assertThat(exec("exit 42").getExitCode()).isEqualTo(42);
        assertThat(exec("no-such-command").getExitCode()).isEqualTo(127);
        assertThat(exec("kill -9 $$").getExitCode()).isEqualTo(137);
    }

    @Test
    void stderrIsNotLostWhenACommandSucceeds() {
        ExecResult result = exec("echo warning >&2");
        assertThat(result.getExitCode()).isZero();
        assertThat(result.getStderr()).isEqualTo("warning\n");
        assertThat(result.getStdout()).isEmpty();
    }

    @Test
    void outputThatIsNoTextArrivesWhole() {
        ExecResult result = exec("printf '\\377\\376\\000x'");
        assertThat(result.getRawStdout()).isEqualTo(ByteString.copyFrom(new byte[] {-1, -2, 0, 'x'}));
        assertThat(result.getStdout()).endsWith("x");
    }

    @Test
    void aFloodIsCutAndMarked() {
        ExecResult result = exec("head -c 300000 /dev/zero | tr '\\0' a; echo end >&2; exit 5");
        assertThat(result.getStdout()).hasSize(100_000);
        assertThat(result.getStdoutTruncated()).isTrue();
        assertThat(result.getStderrTruncated()).isFalse();
        assertThat(result.getExitCode()).isEqualTo(5);
    }

    @Test
    void inputEnvironmentAndDirectoryAreHonoured() {
        ExecResult result = server.sandboxes()
                .exec(request("cat; echo $GREETING; pwd")
                        .setStdin("typed\n")
                        .putEnv("GREETING", "hi")
                        .setWorkdir("/tmp")
                        .build());
        assertThat(result.getStdout()).isEqualTo("typed\nhi\n/tmp\n");
    }

    @Test
    void theServersEnvironmentIsNotInside() {
        String variables = exec("env").getStdout();
        assertThat(variables).doesNotContain("AGENTFENSE").doesNotContain("JAVA_HOME");
        assertThat(variables.lines().map(line -> line.split("=")[0]))
                .containsOnly("HOME", "LANG", "PATH", "PWD", "TERM", "USER");
    }

    @Test
    void aTimeoutKillsPromptlyAndTheSandboxLivesOn() {
        ExecRequest.Builder slow =
                request("sleep 1001").setTimeout(Duration.newBuilder().setNanos(100_000_000));
        Status status = refusal(slow);
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(status.getDescription()).startsWith("command timed out");
        assertThat(exec("pgrep -f '[s]leep 1001' || echo none").getStdout()).isEqualTo("none\n");
    }

    @Test
    void whatIsNotMeantIsRefusedWithTheField() {
        assertThat(refusal(request("")).getDescription()).isEqualTo("command is required");
        assertThat(refusal(request("true").setSandboxId("")).getDescription()).isEqualTo("sandbox_id is required");
        Status long1 = refusal(request("true").setTimeout(Duration.newBuilder().setSeconds(61)));
        assertThat(long1.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(long1.getDescription()).contains("timeout").contains("60 s").contains("runtime.max_timeout");
        assertThat(refusal(request("true").setTimeout(Duration.newBuilder().setSeconds(-1)))
                        .getDescription())
                .isEqualTo("timeout must not be negative");
        for (String outside : List.of("/etc", "../..", "/workspace/../etc", "/proc/self/root")) {
            Status status = refusal(request("true").setWorkdir(outside));
            assertThat(status.getCode()).as(outside).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).as(outside).startsWith("workdir:");
        }
        assertThat(refusal(request("true").setWorkdir("absent")).getDescription())
                .startsWith("workdir:");
        assertThat(refusal(request("true").putEnv("A=B", "x")).getDescription()).startsWith("env:");
        assertThat(refusal(request("tr\0ue")).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aStreamHasBothOutputsAndTheExitCode() {
        Iterator<ExecOutput> outputs = server.sandboxes()
                .execStream(request("echo out; echo err >&2; exit 7").build());
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        ExecResult result = ExecResult.getDefaultInstance();
        while (outputs.hasNext()) {
            ExecOutput output = outputs.next();
            switch (output.getType()) {
                case OUTPUT_TYPE_STDOUT -> out.append(output.getData().toStringUtf8());
                case OUTPUT_TYPE_STDERR -> err.append(output.getData().toStringUtf8());
                default -> result = output.getResult();
            }
        }
        assertThat(out).hasToString("out\n");
        assertThat(err).hasToString("err\n");
        assertThat(result.getExitCode()).isEqualTo(7);
    }

    @Test
    void nothingOfAStreamIsLost() {
        for (int i = 0; i < 20; i++) {
            long bytes = 0;
            Iterator<ExecOutput> outputs = server.sandboxes()
                    .execStream(request("head -c 600000 /dev/urandom").build());
            while (outputs.hasNext()) {
                bytes += outputs.next().getData().size();
            }
            assertThat(bytes).isEqualTo(600_000);
        }
    }

    @Test
    void aStreamThatTimesOutSaysSo() {
        Iterator<ExecOutput> outputs = server.sandboxes()
                .execStream(request("echo begun; sleep 1000")
                        .setTimeout(Duration.newBuilder().setNanos(300_000_000))
                        .build());
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("begun\n");
        assertThatThrownBy(outputs::hasNext)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    }

    @Test
    void aClientThatGoesAwayTakesItsCommandWithIt() {
        Leaving<ExecRequest> client = new Leaving<>();
        server.client(SandboxServiceStub.class)
                .execStream(request("echo begun; exec sleep 4242").build(), client);
        await().until(() -> client.seen.contains("begun\n"));
        client.leave();
        await().until(() ->
                exec("pgrep -f '[s]leep 4242' || echo none").getStdout().equals("none\n"));
    }

    @Test
    void aSlowReaderHoldsTheCommandUpInsteadOfFillingMemory() {
        // 1 GB would not fit into what the server may use, and the command ends only when all is read.
        SandboxServiceStub stub = server.client(SandboxServiceStub.class);
        CompletableFuture<Long> bytes = new CompletableFuture<>();
        stub.execStream(request("head -c 300000000 /dev/zero").build(), new Counting(bytes));
        assertThat(bytes.join()).isEqualTo(300_000_000L);
    }

    @Test
    void manyCommandsAtOnceAllCome() {
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int number = i;
            results.add(CompletableFuture.supplyAsync(
                    () -> exec("sleep 0.1; echo " + number).getStdout(),
                    task -> Thread.ofVirtual().start(task)));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(results.get(i).join()).isEqualTo(i + "\n");
        }
    }

    @Test
    void aForkBombEndsAtItsLimitAndIsNamed() {
        Sandbox limited = server.sandbox(CreateSandboxRequest.newBuilder()
                .setCodebaseId(server.sandboxes()
                        .getSandbox(io.agentfense.api.v1.GetSandboxRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .build())
                        .getCodebaseId())
                .addPermissions(TestServer.ALL)
                .setResources(ResourceLimits.newBuilder().setPidsLimit(20).setMemoryBytes(64 << 20))
                .build());
        ExecResult bomb = server.exec(limited.getId(), "for i in $(seq 100); do sleep 5 & done; wait");
        assertThat(bomb.getLimitExceeded()).isEqualTo("pids");
        await().ignoreExceptions()
                .until(() -> server.exec(limited.getId(), "true").getExitCode() == 0);
        ExecResult memory = server.exec(limited.getId(), "head -c 200000000 /dev/zero | tail");
        assertThat(memory.getLimitExceeded()).isEqualTo("memory");
        assertThat(server.exec(limited.getId(), "echo alive").getStdout()).isEqualTo("alive\n");
    }
}
