package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DestroySessionRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.ListSessionsRequest;
import io.agentfense.api.v1.Session;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.api.v1.SessionStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell sessions through the server. */
class SessionTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of("a", "1"));
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Session open(String shell) {
        return server.sandboxes()
                .createSession(CreateSessionRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setShell(shell)
                        .putEnv("GREETING", "hi")
                        .build());
    }

    private static ExecResult run(Session session, String command) {
        return server.sandboxes()
                .sessionExec(SessionExecRequest.newBuilder()
                        .setSessionId(session.getId())
                        .setCommand(command)
                        .build());
    }

    private static Status refusal(Session session, String command, long nanos) {
        try {
            server.sandboxes()
                    .sessionExec(SessionExecRequest.newBuilder()
                            .setSessionId(session.getId())
                            .setCommand(command)
                            .setTimeout(Duration.newBuilder().setNanos((int) nanos))
                            .build());
            throw new AssertionError("it was not refused");
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static Session get(String id) {
        return server.sandboxes()
                .getSession(GetSessionRequest.newBuilder().setSessionId(id).build());
    }

    @Test
    void stateStaysBetweenCommands() {
        Session session = open("");
        assertThat(session.getShell()).isEqualTo("/bin/sh");
        assertThat(session.getStatus()).isEqualTo(SessionStatus.SESSION_STATUS_ACTIVE);
        run(session, "cd /tmp; plain=1; export exported=2; f() { echo called $1; }");
        assertThat(run(session, "pwd; echo $plain $exported $GREETING; f x").getStdout())
                .isEqualTo("/tmp\n1 2 hi\ncalled x\n");
        assertThat(run(session, "(exit 42)").getExitCode()).isEqualTo(42);
        assertThat(run(session, "false").getExitCode()).isEqualTo(1);
    }

    @Test
    void outputsComeAsTheyAreWritten() {
        Session session = open("/bin/bash");
        assertThat(run(session, "printf 'no newline'").getStdout()).isEqualTo("no newline");
        assertThat(run(session, "echo to stderr >&2").getStderr()).isEqualTo("to stderr\n");
        assertThat(run(session, "echo ok # a comment").getStdout()).isEqualTo("ok\n");
        assertThat(run(session, "cat <<E\none\ntwo\nE").getStdout()).isEqualTo("one\ntwo\n");
        assertThat(run(session, "sleep 1000 &").getExitCode()).isZero();
        assertThat(run(session, "echo '" + "x".repeat(10_000) + "'").getStdout())
                .hasSize(10_001);
        assertThat(run(session, "printf '\\377'").getRawStdout().toByteArray()).containsExactly(-1);
        assertThat(run(session, "echo \"unbalanced").getExitCode()).isNotZero();
        assertThat(run(session, "echo still here").getStdout()).isEqualTo("still here\n");
    }

    @Test
    void exitClosesTheSessionWhichSaysSo() {
        Session session = open("");
        assertThat(run(session, "exit 7").getExitCode()).isEqualTo(7);
        Session closed = get(session.getId());
        assertThat(closed.getStatus()).isEqualTo(SessionStatus.SESSION_STATUS_CLOSED);
        assertThat(closed.hasClosedAt()).isTrue();
        Status status = refusal(session, "true", 0);
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).startsWith("session is closed");
    }

    @Test
    void aTimeoutLeavesTheSessionUsable() {
        Session session = open("");
        run(session, "x=kept");
        assertThat(refusal(session, "sleep 1000", 200_000_000).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(run(session, "echo $x").getStdout()).isEqualTo("kept\n");
    }

    @Test
    void commandsAtOnceComeOneAfterTheOther() {
        Session session = open("");
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            results.add(CompletableFuture.supplyAsync(
                    () -> run(session, "sleep 0.05; echo " + number).getStdout(),
                    task -> Thread.ofVirtual().start(task)));
        }
        for (int i = 0; i < 8; i++) {
            assertThat(results.get(i).join()).isEqualTo(i + "\n");
        }
    }

    @Test
    void whatASessionWritesIsCommitted() throws Exception {
        Session session = open("");
        run(session, "echo from a session > b");
        assertThat(server.get("/v1/codebases/" + codebase + "/files/b").body()).isEqualTo("from a session\n");
    }

    @Test
    void destroyedSessionsStayKnownUntilTheirSandboxGoes() {
        Session session = open("");
        server.sandboxes()
                .destroySession(DestroySessionRequest.newBuilder()
                        .setSessionId(session.getId())
                        .build());
        assertThat(get(session.getId()).getStatus()).isEqualTo(SessionStatus.SESSION_STATUS_CLOSED);
        assertThat(server.sandboxes()
                        .listSessions(ListSessionsRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .build())
                        .getSessionsList())
                .extracting(Session::getId)
                .contains(session.getId());
    }

    @Test
    void aStopClosesThemAll() throws Exception {
        String other = server.sandbox(codebase, TestServer.ALL).getId();
        Session session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(other).build());
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(other).build());
        assertThat(get(session.getId()).getStatus()).isEqualTo(SessionStatus.SESSION_STATUS_CLOSED);
        server.sandboxes()
                .startSandbox(
                        StartSandboxRequest.newBuilder().setSandboxId(other).build());
        assertThat(refusal(session, "true", 0).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void whatIsNoShellIsRefused() {
        for (String shell : List.of("bash", "/no/such/shell", "/bin/true")) {
            try {
                open(shell);
                throw new AssertionError(shell);
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).as(shell).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(e.getStatus().getDescription()).as(shell).startsWith("shell:");
            }
        }
    }
}
