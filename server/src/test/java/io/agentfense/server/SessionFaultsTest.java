package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.DestroySessionRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.Session;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.api.v1.SessionStatus;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What broke sessions that were shells on a terminal with markers in their output, in each kind of shell. */
class SessionFaultsTest {
    private static final String SH = "/bin/sh";
    private static final String BASH = "/bin/bash";

    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of("runtime.default_timeout", "20s"));
        codebase = server.codebase(Map.of("no-newline", "last line"));
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Session open(String sandboxId, String shell) {
        return server.sandboxes()
                .createSession(CreateSessionRequest.newBuilder()
                        .setSandboxId(sandboxId)
                        .setShell(shell)
                        .putEnv("INITIAL", "given")
                        .build());
    }

    private static Session open(String shell) {
        return open(sandbox, shell);
    }

    private static SessionExecRequest.Builder request(Session session, String command) {
        return SessionExecRequest.newBuilder().setSessionId(session.getId()).setCommand(command);
    }

    private static ExecResult run(Session session, String command) {
        return server.sandboxes().sessionExec(request(session, command).build());
    }

    private static String out(Session session, String command) {
        return run(session, command).getStdout();
    }

    private static Status refusal(SessionExecRequest.Builder request) {
        return Face.GRPC.refusal(server, SandboxServiceGrpc.getSessionExecMethod(), request.build());
    }

    private static SessionStatus status(Session session) {
        return server.sandboxes()
                .getSession(GetSessionRequest.newBuilder()
                        .setSessionId(session.getId())
                        .build())
                .getStatus();
    }

    private static boolean runs(String pattern) {
        // In brackets, so that it does not find itself.
        String command = "pgrep -f '[" + pattern.charAt(0) + "]" + pattern.substring(1) + "' >/dev/null";
        return server.exec(sandbox, command).getExitCode() == 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void outputIsWhatWasWrittenToTheByte(String shell) {
        Session session = open(shell);
        assertThat(out(session, "printf foo")).isEqualTo("foo");
        assertThat(out(session, "cat no-newline")).isEqualTo("last line");
        assertThat(out(session, "printf '  a \\r\\n\\b\\n\\n'")).isEqualTo("  a \r\n\b\n\n");
        assertThat(out(session, ":")).isEmpty();
        assertThat(out(session, "echo '___END_0123456789abcdef_0___'")).isEqualTo("___END_0123456789abcdef_0___\n");
        ExecResult both = run(session, "echo out; echo err >&2");
        assertThat(both.getStdout()).isEqualTo("out\n");
        assertThat(both.getStderr()).isEqualTo("err\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void aCommandMayEndInAnything(String shell) {
        Session session = open(shell);
        assertThat(out(session, "echo ok # a comment")).isEqualTo("ok\n");
        assertThat(out(session, "echo ok;")).isEqualTo("ok\n");
        assertThat(out(session, "cat <<END\none\n  two $INITIAL\nEND")).isEqualTo("one\n  two given\n");
        assertThat(out(session, "cat <<'END'\n$x `y`\nEND\n")).isEqualTo("$x `y`\n");
        assertThat(out(session, "for i in 1 2\ndo\n  echo $i\ndone\n\nif true; then\n  echo yes\nfi"))
                .isEqualTo("1\n2\nyes\n");
        ExecResult job = run(session, "sleep 1717 &");
        assertThat(job.getExitCode()).isZero();
        assertThat(job.getStdout()).isEmpty();
        assertThat(job.getStderr()).isEmpty();
        assertThat(out(session, "kill $! && echo killed")).isEqualTo("killed\n");
        assertThat(run(session, "echo \"unbalanced").getExitCode()).isNotZero();
        assertThat(out(session, "echo still here")).isEqualTo("still here\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void linesOfAnyLengthArrive(String shell) {
        Session session = open(shell);
        for (int length : new int[] {4090, 4095, 4096, 4097, 70_000}) {
            assertThat(out(session, "echo '" + "x".repeat(length) + "'")).hasSize(length + 1);
        }
        assertThat(out(session, "echo a\n".repeat(20_000))).hasSize(40_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void everythingOfAShellPersists(String shell) {
        Session session = open(shell);
        run(
                session,
                "mkdir -p sub; cd sub; plain=1; export exported=2; f() { echo called $1; }; alias hi='echo hello'");
        run(session, "sleep 1818 >/dev/null & job=$!");
        assertThat(out(session, "pwd; echo $plain $exported; sh -c 'echo $exported'; f x; hi"))
                .isEqualTo("/workspace/sub\n1 2\n2\ncalled x\nhello\n");
        assertThat(out(session, "kill $job && echo gone")).isEqualTo("gone\n");
        Session other = open(shell);
        assertThat(out(other, "pwd; echo $plain$exported")).isEqualTo("/workspace\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void exitEndsTheSessionWhichSaysSo(String shell) {
        Session session = open(shell);
        ExecResult result = run(session, "echo last; exit 7");
        assertThat(result.getStdout()).isEqualTo("last\n");
        assertThat(result.getExitCode()).isEqualTo(7);
        assertThat(status(session)).isEqualTo(SessionStatus.SESSION_STATUS_CLOSED);
        Status refused = refusal(request(session, "true"));
        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).startsWith("session is closed").contains("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void timeThatIsUpLeavesTheSessionUsable(String shell) {
        Session session = open(shell);
        run(session, "x=kept");
        for (String slow : List.of("sleep 1919", "cat; sleep 1919", "(trap '' TERM; sleep 1919)", "sleep 1919 | cat")) {
            Status refused = refusal(
                    request(session, slow).setTimeout(Duration.newBuilder().setNanos(200_000_000)));
            assertThat(refused.getCode()).as(slow).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(refused.getDescription()).isEqualTo("command timed out");
            assertThat(status(session)).isEqualTo(SessionStatus.SESSION_STATUS_ACTIVE);
            assertThat(out(session, "echo $x")).isEqualTo("kept\n");
            assertThat(runs("sleep 1919")).as(slow).isFalse();
        }
    }

    @Test
    void theTimeThatIsNotGivenIsTheConfigurations() throws Exception {
        Path own = Files.createDirectory(directory.resolve("short"));
        try (TestServer hasty = TestServer.start(own, Map.of("runtime.default_timeout", "300ms"))) {
            String id = hasty.sandbox(hasty.codebase(Map.of()), TestServer.ALL).getId();
            Session session = hasty.sandboxes()
                    .createSession(
                            CreateSessionRequest.newBuilder().setSandboxId(id).build());
            Status refused = Face.GRPC.refusal(
                    hasty,
                    SandboxServiceGrpc.getSessionExecMethod(),
                    request(session, "sleep 1000").build());
            assertThat(refused.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void commandsAtOnceDoNotMix(String shell) {
        Session session = open(shell);
        List<CompletableFuture<ExecResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int number = i;
            results.add(CompletableFuture.supplyAsync(
                    () -> run(session, "for k in 1 2 3; do echo " + number + "; done; (exit " + number + ")"),
                    task -> Thread.ofVirtual().start(task)));
        }
        for (int i = 0; i < 12; i++) {
            ExecResult result = results.get(i).join();
            assertThat(result.getStdout()).isEqualTo((i + "\n").repeat(3));
            assertThat(result.getExitCode()).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SH, BASH})
    void whatEndsASessionEndsAllThatItStarted(String shell) {
        Session session = open(shell);
        run(session, "sleep 2020 >/dev/null 2>&1 & (setsid sleep 2020 >/dev/null 2>&1 &)");
        assertThat(runs("sleep 2020")).isTrue();
        server.sandboxes()
                .destroySession(DestroySessionRequest.newBuilder()
                        .setSessionId(session.getId())
                        .build());
        await().until(() -> !runs("sleep 2020"));
        assertThat(status(session)).isEqualTo(SessionStatus.SESSION_STATUS_CLOSED);
        assertThat(refusal(request(session, "true")).getDescription()).startsWith("session is closed");
    }

    @Test
    void aRunningCommandEndsWithItsSession() {
        Session session = open(SH);
        var outputs = server.sandboxes()
                .sessionExecStream(request(session, "echo begun; sleep 2121").build());
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("begun\n");
        server.sandboxes()
                .destroySession(DestroySessionRequest.newBuilder()
                        .setSessionId(session.getId())
                        .build());
        await().until(() -> !runs("sleep 2121"));
    }

    @Test
    void sessionsGoWithTheirSandbox() throws Exception {
        String other = server.sandbox(codebase, TestServer.ALL).getId();
        Session session = open(other, SH);
        run(session, "sleep 2222 >/dev/null 2>&1 &");
        server.sandboxes()
                .destroySandbox(
                        DestroySandboxRequest.newBuilder().setSandboxId(other).build());
        Status refused = refusal(request(session, "true"));
        assertThat(refused.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.getDescription()).isEqualTo("session not found");
        await().until(() -> ProcessHandle.allProcesses()
                .noneMatch(process -> process.info().commandLine().orElse("").endsWith("sleep 2222")));
    }

    @Test
    void aSessionKnowsTheServersEnvironmentAsLittleAsACommandDoes() {
        assertThat(out(open(BASH), "env").lines().map(line -> line.split("=")[0]))
                .contains("INITIAL")
                .isSubsetOf("HOME", "INITIAL", "LANG", "OLDPWD", "PATH", "PWD", "SHLVL", "TERM", "USER", "_");
    }
}
