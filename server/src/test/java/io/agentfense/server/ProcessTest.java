package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.AttachProcessRequest;
import io.agentfense.api.ours.v1.ExecInput;
import io.agentfense.api.ours.v1.GetProcessRequest;
import io.agentfense.api.ours.v1.GetUsageRequest;
import io.agentfense.api.ours.v1.ListProcessesRequest;
import io.agentfense.api.ours.v1.ProcessInfo;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceStub;
import io.agentfense.api.ours.v1.SignalProcessRequest;
import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.TerminalSize;
import io.agentfense.api.ours.v1.TerminalStart;
import io.agentfense.api.ours.v1.WriteStdinRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in the background, interactive ones, and terminals, through the server. */
class ProcessTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        sandbox = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of()))
                        .addPermissions(TestServer.ALL)
                        .setResources(ResourceLimits.newBuilder().setPidsLimit(100))
                        .build())
                .getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ProcessServiceBlockingStub processes() {
        return server.client(ProcessServiceBlockingStub.class);
    }

    private static ProcessInfo start(String command, boolean stdin) {
        return processes()
                .startProcess(StartProcessRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand(command)
                        .setStdin(stdin)
                        .build());
    }

    private static ProcessInfo get(String id) {
        return processes()
                .getProcess(GetProcessRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setProcessId(id)
                        .build());
    }

    @Test
    void aCommandInTheBackgroundOutlivesItsCallAndTellsItsEnd() {
        ProcessInfo started = start("echo begun; sleep 0.2; exit 5", false);
        assertThat(started.getRunning()).isTrue();
        await().until(() -> !get(started.getId()).getRunning());
        assertThat(get(started.getId()).getResult().getExitCode()).isEqualTo(5);
        assertThat(processes()
                        .listProcesses(ListProcessesRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .build())
                        .getProcessesList())
                .extracting(ProcessInfo::getId)
                .contains(started.getId());
    }

    @Test
    void whoeverAttachesLaterGetsWhatWasWritten() {
        ProcessInfo started = start("echo early; sleep 0.3; echo late >&2; exit 3", false);
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        int exitCode = -1;
        Iterator<ExecOutput> outputs = processes()
                .attachProcess(AttachProcessRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setProcessId(started.getId())
                        .build());
        while (outputs.hasNext()) {
            ExecOutput output = outputs.next();
            switch (output.getType()) {
                case OUTPUT_TYPE_STDOUT -> out.append(output.getData().toStringUtf8());
                case OUTPUT_TYPE_STDERR -> err.append(output.getData().toStringUtf8());
                default -> exitCode = output.getResult().getExitCode();
            }
        }
        assertThat(out).hasToString("early\n");
        assertThat(err).hasToString("late\n");
        assertThat(exitCode).isEqualTo(3);
    }

    @Test
    void inputAndSignalsReachIt() {
        ProcessInfo cat = start("cat > got", true);
        processes()
                .writeStdin(WriteStdinRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setProcessId(cat.getId())
                        .setData(ByteString.copyFromUtf8("typed"))
                        .setClose(true)
                        .build());
        await().until(() -> !get(cat.getId()).getRunning());
        assertThat(server.exec(sandbox, "cat got").getStdout()).isEqualTo("typed");
        ProcessInfo sleep = start("exec sleep 1000", false);
        processes()
                .signalProcess(SignalProcessRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setProcessId(sleep.getId())
                        .build());
        await().until(() -> !get(sleep.getId()).getRunning());
        assertThat(get(sleep.getId()).getResult().getExitCode()).isEqualTo(143);
    }

    @Test
    void anInteractiveCommandReadsWhileItWrites() {
        Collected<ExecOutput> answers = new Collected<>();
        StreamObserver<ExecInput> inputs =
                server.client(ProcessServiceStub.class).execInteractive(answers);
        inputs.onNext(ExecInput.newBuilder()
                .setStart(ExecRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand("while read line; do echo got $line; done"))
                .build());
        inputs.onNext(ExecInput.newBuilder()
                .setStdin(ByteString.copyFromUtf8("one\n"))
                .build());
        await().until(() -> answers.text(ExecOutput::getData).contains("got one\n"));
        inputs.onNext(ExecInput.newBuilder()
                .setStdin(ByteString.copyFromUtf8("two\n"))
                .build());
        inputs.onCompleted();
        await().until(answers::isDone);
        assertThat(answers.text(ExecOutput::getData)).isEqualTo("got one\ngot two\n");
        assertThat(answers.last().getResult().getExitCode()).isZero();
    }

    @Test
    void aTerminalIsOneAndCanBeResized() {
        Collected<TerminalOutput> answers = new Collected<>();
        StreamObserver<TerminalInput> inputs =
                server.client(ProcessServiceStub.class).terminal(answers);
        inputs.onNext(TerminalInput.newBuilder()
                .setStart(TerminalStart.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand("tty; stty size; read go; stty size; exit 9")
                        .setSize(TerminalSize.newBuilder().setRows(30).setColumns(100)))
                .build());
        await().until(() -> answers.text(TerminalOutput::getData).contains("30 100"));
        inputs.onNext(TerminalInput.newBuilder()
                .setResize(TerminalSize.newBuilder().setRows(40).setColumns(120))
                .build());
        inputs.onNext(TerminalInput.newBuilder()
                .setData(ByteString.copyFromUtf8("\n"))
                .build());
        await().until(answers::isDone);
        assertThat(answers.text(TerminalOutput::getData)).contains("/dev/pts/").contains("40 120");
        assertThat(answers.last().getResult().getExitCode()).isEqualTo(9);
    }

    @Test
    void aConversationBeginsWithItsStartAndHasOnlyOne() {
        TerminalInput data =
                TerminalInput.newBuilder().setData(ByteString.copyFromUtf8("x")).build();
        TerminalInput start = TerminalInput.newBuilder()
                .setStart(TerminalStart.newBuilder().setSandboxId(sandbox).setCommand("exec sleep 5252"))
                .build();
        assertThat(refusal(start, start)).isEqualTo("the terminal was started already");
        await().until(() -> server.exec(sandbox, "pgrep -f '[s]leep 5252' || echo none")
                .getStdout()
                .equals("none\n"));
        assertThat(refusal(data, start)).isEqualTo("the first message must be start");
        assertThat(refusal()).isEqualTo("no terminal was started");
        assertThat(server.exec(sandbox, "pgrep -f '[s]leep 5252'").getExitCode())
                .isEqualTo(1);
    }

    /** What comes of these messages, if they are refused. */
    private static String refusal(TerminalInput... messages) {
        Collected<TerminalOutput> answers = new Collected<>();
        StreamObserver<TerminalInput> inputs =
                server.client(ProcessServiceStub.class).terminal(answers);
        for (TerminalInput message : messages) {
            inputs.onNext(message);
        }
        if (messages.length == 0) {
            inputs.onCompleted();
        }
        await().until(answers::isDone);
        return answers.refusal().getDescription();
    }

    @Test
    void whatIsTypedAfterTheEndIsLostAndTheResultIsNot() {
        Collected<ExecOutput> answers = new Collected<>();
        StreamObserver<ExecInput> inputs =
                server.client(ProcessServiceStub.class).execInteractive(answers);
        inputs.onNext(ExecInput.newBuilder()
                .setStart(ExecRequest.newBuilder().setSandboxId(sandbox).setCommand("exec <&-; sleep 0.3; exit 6"))
                .build());
        for (int i = 0; i < 10; i++) {
            inputs.onNext(ExecInput.newBuilder()
                    .setStdin(ByteString.copyFromUtf8("unread\n"))
                    .build());
        }
        await().until(answers::isDone);
        assertThat(answers.last().getResult().getExitCode()).isEqualTo(6);
    }

    @Test
    void whatASandboxUsesIsReadable() {
        server.exec(sandbox, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
        var usage = processes()
                .getUsage(GetUsageRequest.newBuilder().setSandboxId(sandbox).build());
        assertThat(usage.getProcesses()).isPositive();
    }
}
