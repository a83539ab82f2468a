package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.ExecInput;
import io.agentfense.api.ours.v1.GetProcessRequest;
import io.agentfense.api.ours.v1.ProcessInfo;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceStub;
import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.TerminalStart;
import io.agentfense.api.ours.v1.WriteStdinRequest;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What runs longer than a call is a command like any other: it takes a place, and what it wrote lands at its end. */
class LongCommandsTest {
    @TempDir
    static Path directory;

    private static TestServer server;

    private String codebase;
    private String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of("limits.concurrent_commands", "1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void create() throws Exception {
        codebase = server.codebase(Map.of());
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
    }

    /** How a command is run. */
    enum Kind {
        BACKGROUND {
            @Override
            Running start(String sandbox, String command) {
                ProcessServiceBlockingStub processes = server.client(ProcessServiceBlockingStub.class);
                ProcessInfo started = processes.startProcess(StartProcessRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand(command)
                        .setStdin(true)
                        .build());
                return new Running() {
                    @Override
                    public void type(String text) {
                        processes.writeStdin(WriteStdinRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setProcessId(started.getId())
                                .setData(ByteString.copyFromUtf8(text))
                                .build());
                    }

                    @Override
                    public boolean ended() {
                        return !processes
                                .getProcess(GetProcessRequest.newBuilder()
                                        .setSandboxId(sandbox)
                                        .setProcessId(started.getId())
                                        .build())
                                .getRunning();
                    }

                    @Override
                    public void hangUp() {
                        type("\n");
                    }
                };
            }
        },
        INTERACTIVE {
            @Override
            Running start(String sandbox, String command) {
                Collected<ExecOutput> answers = new Collected<>();
                StreamObserver<ExecInput> inputs =
                        server.client(ProcessServiceStub.class).execInteractive(answers);
                inputs.onNext(ExecInput.newBuilder()
                        .setStart(ExecRequest.newBuilder().setSandboxId(sandbox).setCommand(command))
                        .build());
                return new Talk<>(answers, inputs) {
                    @Override
                    ExecInput typed(ByteString text) {
                        return ExecInput.newBuilder().setStdin(text).build();
                    }
                };
            }
        },
        TERMINAL {
            @Override
            Running start(String sandbox, String command) {
                Collected<TerminalOutput> answers = new Collected<>();
                StreamObserver<TerminalInput> inputs =
                        server.client(ProcessServiceStub.class).terminal(answers);
                inputs.onNext(TerminalInput.newBuilder()
                        .setStart(
                                TerminalStart.newBuilder().setSandboxId(sandbox).setCommand(command))
                        .build());
                return new Talk<>(answers, inputs) {
                    @Override
                    TerminalInput typed(ByteString text) {
                        return TerminalInput.newBuilder().setData(text).build();
                    }
                };
            }
        };

        abstract Running start(String sandbox, String command);
    }

    /** A command that runs. */
    private interface Running {
        void type(String text);

        boolean ended();

        void hangUp();
    }

    private abstract static class Talk<I> implements Running {
        private final Collected<?> answers;
        private final StreamObserver<I> inputs;

        Talk(Collected<?> answers, StreamObserver<I> inputs) {
            this.answers = answers;
            this.inputs = inputs;
        }

        abstract I typed(ByteString text);

        @Override
        public void type(String text) {
            inputs.onNext(typed(ByteString.copyFromUtf8(text)));
        }

        @Override
        public boolean ended() {
            return answers.isDone();
        }

        @Override
        public void hangUp() {
            inputs.onError(Status.CANCELLED.asRuntimeException());
        }
    }

    private String landed(String path) throws Exception {
        var response = server.get("/v1/codebases/" + codebase + "/files/" + path);
        return response.statusCode() == 200 ? response.body() : "absent";
    }

    @ParameterizedTest
    @EnumSource
    void whatItWroteIsInTheCodebaseOnceItHasEnded(Kind kind) throws Exception {
        Running running = kind.start(sandbox, "echo 1 > a; read go; echo 2 > b");
        running.type("\n");
        await().until(running::ended);
        assertThat(landed("a")).isEqualTo("1\n");
        assertThat(landed("b")).isEqualTo("2\n");
    }

    /** Starts a command that waits for a line, and returns once it waits: some kinds only send their start. */
    private Running waiting(Kind kind) {
        String mark = "begun-" + kind;
        Running running = kind.start(sandbox, ": > " + mark + "; read go");
        await().until(() -> isThere(mark));
        return running;
    }

    /** Whether the sandbox has a file; asking takes no place. */
    private boolean isThere(String path) throws Exception {
        return server.get("/v1/sandboxes/" + sandbox + "/fs/content?path=" + path)
                        .statusCode()
                == 200;
    }

    @ParameterizedTest
    @EnumSource
    void itTakesAPlaceUntilItHasEnded(Kind kind) {
        Running running = waiting(kind);
        assertThatThrownBy(() -> server.exec(sandbox, "true"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        running.type("\n");
        await().until(running::ended);
        assertThat(server.exec(sandbox, "true").getExitCode()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whoHangsUpLosesNothingThatWasWritten(Kind kind) throws Exception {
        Running running = kind.start(sandbox, "echo 1 > a; : > begun; read go");
        await().until(() -> isThere("begun"));
        running.hangUp();
        await().until(() -> landed("a").equals("1\n"));
        await().ignoreExceptions().until(() -> server.exec(sandbox, "true").getExitCode() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void aStopEndsItAndGivesItsPlaceBack(Kind kind) throws Exception {
        Running running = kind.start(sandbox, "echo 1 > a; : > begun; read go");
        await().until(() -> isThere("begun"));
        server.sandboxes()
                .stopSandbox(
                        StopSandboxRequest.newBuilder().setSandboxId(sandbox).build());
        if (kind != Kind.BACKGROUND) {
            await().until(running::ended);
        }
        assertThat(landed("a")).isEqualTo("1\n");
        server.sandboxes()
                .startSandbox(
                        StartSandboxRequest.newBuilder().setSandboxId(sandbox).build());
        await().ignoreExceptions().until(() -> server.exec(sandbox, "true").getExitCode() == 0);
    }

    @Test
    void oneThatIsRefusedTakesNoPlace() {
        for (Kind kind : Kind.values()) {
            Running first = waiting(kind);
            for (Kind other : Kind.values()) {
                if (other == Kind.BACKGROUND) {
                    assertThatThrownBy(() -> other.start(sandbox, "true")).hasMessageContaining("1 commands");
                } else {
                    await().until(other.start(sandbox, "true")::ended);
                }
            }
            first.type("\n");
            await().until(first::ended);
            assertThat(server.exec(sandbox, "true").getExitCode()).isZero();
        }
    }
}
