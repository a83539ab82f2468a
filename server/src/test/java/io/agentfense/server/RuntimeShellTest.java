package io.agentfense.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceStub;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.TerminalSize;
import io.agentfense.api.ours.v1.TerminalStart;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.SessionExecRequest;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sessions and terminals are the same in every runtime. */
class RuntimeShellTest extends RuntimeContract {
    private String session(String shell) {
        return server.sandboxes()
                .createSession(CreateSessionRequest.newBuilder()
                        .setSandboxId(id)
                        .setShell(shell)
                        .build())
                .getId();
    }

    private String turn(String session, String script) {
        return server.sandboxes()
                .sessionExec(SessionExecRequest.newBuilder()
                        .setSessionId(session)
                        .setCommand(script)
                        .build())
                .getStdout();
    }

    @Test
    void aSessionKeepsDirectoryVariablesFunctionsAndJobs() {
        for (String shell : new String[] {"/bin/sh", "/bin/bash"}) {
            String session = session(shell);
            turn(session, "cd src; export A=1; f() { echo f$A; }; sleep 1000 &");
            assertThat(turn(session, "pwd; f; kill -0 $! && echo job")).isEqualTo("/workspace/src\nf1\njob\n");
        }
    }

    @Test
    void sessionsAreApart() {
        String one = session("/bin/sh");
        String other = session("/bin/sh");
        turn(one, "A=one; cd /tmp");
        assertThat(turn(other, "echo .$A; pwd")).isEqualTo(".\n/workspace\n");
    }

    @Test
    void aTurnThatTakesTooLongLeavesTheSessionUsable() {
        String session = session("/bin/sh");
        turn(session, "A=kept");
        assertThatThrownBy(() -> server.sandboxes()
                        .sessionExec(SessionExecRequest.newBuilder()
                                .setSessionId(session)
                                .setCommand("sleep 1000")
                                .setTimeout(Duration.newBuilder().setNanos(300_000_000))
                                .build()))
                .hasMessageContaining("timed out");
        assertThat(turn(session, "echo $A")).isEqualTo("kept\n");
    }

    @Test
    void noOtherCommandCanLookIntoASession() {
        String session = session("/bin/sh");
        turn(session, "export TOKEN=xyzzy-4711");
        assertThat(sh("cat /proc/[0-9]*/environ 2>/dev/null | grep -c xyzzy-4711"))
                .startsWith("0");
    }

    @Test
    void aSessionEndsWithItsSandbox() {
        String session = session("/bin/sh");
        stop();
        assertThatThrownBy(() -> turn(session, "true")).hasMessageContaining("session");
    }

    @Test
    void aTerminalIsOneAndKnowsItsSize() throws Exception {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        StreamObserver<TerminalInput> keys = server.client(ProcessServiceStub.class)
                .terminal(new StreamObserver<>() {
                    @Override
                    public void onNext(TerminalOutput output) {
                        if (output.hasResult()) {
                            exit.complete(output.getResult().getExitCode());
                        } else {
                            screen.writeBytes(output.getData().toByteArray());
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {
                        exit.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        keys.onNext(TerminalInput.newBuilder()
                .setStart(TerminalStart.newBuilder()
                        .setSandboxId(id)
                        .setCommand("stty size; read line; echo got $line; read line; stty size; exit 5")
                        .setSize(TerminalSize.newBuilder().setRows(33).setColumns(99)))
                .build());
        await().until(() -> screen.toString(UTF_8).contains("33 99"));
        keys.onNext(TerminalInput.newBuilder()
                .setData(ByteString.copyFromUtf8("keys\n"))
                .build());
        await().until(() -> screen.toString(UTF_8).contains("got keys"));
        keys.onNext(TerminalInput.newBuilder()
                .setResize(TerminalSize.newBuilder().setRows(20).setColumns(40))
                .build());
        keys.onNext(TerminalInput.newBuilder()
                .setData(ByteString.copyFromUtf8("\n"))
                .build());
        assertThat(exit.get()).isEqualTo(5);
        assertThat(screen.toString(UTF_8)).contains("20 40");
        keys.onCompleted();
    }
}
