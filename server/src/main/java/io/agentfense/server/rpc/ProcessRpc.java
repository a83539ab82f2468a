package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.AttachProcessRequest;
import io.agentfense.api.ours.v1.ExecInput;
import io.agentfense.api.ours.v1.GetProcessRequest;
import io.agentfense.api.ours.v1.GetUsageRequest;
import io.agentfense.api.ours.v1.ListProcessesRequest;
import io.agentfense.api.ours.v1.ListProcessesResponse;
import io.agentfense.api.ours.v1.ProcessInfo;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceImplBase;
import io.agentfense.api.ours.v1.SignalProcessRequest;
import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.Usage;
import io.agentfense.api.ours.v1.WriteStdinRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Background;
import io.agentfense.server.sandbox.CommandRequest;
import io.agentfense.server.sandbox.Finished;
import io.agentfense.server.sandbox.Insight;
import io.agentfense.server.sandbox.InteractiveCommands;
import io.agentfense.server.sandbox.Processes;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** {@code agentfense.v1.ProcessService}. Thread-safe. */
public final class ProcessRpc extends ProcessServiceImplBase {
    private final Door door;
    private final Processes processes;
    private final InteractiveCommands interactive;
    private final Insight insight;

    /** Over these processes. */
    public ProcessRpc(Door door, Processes processes, InteractiveCommands interactive, Insight insight) {
        this.door = door;
        this.processes = processes;
        this.interactive = interactive;
        this.insight = insight;
    }

    @Override
    public void startProcess(StartProcessRequest request, StreamObserver<ProcessInfo> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            Door.required(request.getCommand(), "command");
            CommandRequest command = new CommandRequest(
                    request.getCommand(),
                    new byte[0],
                    request.getEnvMap(),
                    request.getWorkdir(),
                    Times.of(request.hasTimeout(), request.getTimeout(), "timeout"));
            return message(id, processes.start(id, command, request.getStdin()));
        });
    }

    @Override
    public void listProcesses(ListProcessesRequest request, StreamObserver<ListProcessesResponse> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.READ);
            ListProcessesResponse.Builder response = ListProcessesResponse.newBuilder();
            for (Background background : processes.list(id)) {
                response.addProcesses(message(id, background));
            }
            return response.build();
        });
    }

    @Override
    public void getProcess(GetProcessRequest request, StreamObserver<ProcessInfo> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.READ);
            return message(id, processes.get(id, request.getProcessId()));
        });
    }

    private static ProcessInfo message(String sandboxId, Background background) throws IOException {
        ProcessInfo.Builder message = ProcessInfo.newBuilder()
                .setId(background.id())
                .setSandboxId(sandboxId)
                .setCommand(background.command())
                .setStartedAt(Times.of(background.startedAt()))
                .setRunning(background.isRunning());
        end(background).ifPresent(finished -> message.setResult(Results.of(finished)));
        return message.build();
    }

    private static Optional<Finished> end(Background background) throws IOException {
        try {
            return background.await(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void attachProcess(AttachProcessRequest request, StreamObserver<ExecOutput> observer) {
        Outflow<ExecOutput> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            Background background = processes.get(id, request.getProcessId());
            ProcessOutput.follow(background, outflow::send, outflow::refuseIfGone);
        });
    }

    @Override
    public void signalProcess(SignalProcessRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            processes.signal(id, request.getProcessId(), request.getSignal());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void writeStdin(WriteStdinRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            processes.write(id, request.getProcessId(), request.getData().toByteArray(), request.getClose());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public StreamObserver<ExecInput> execInteractive(StreamObserver<ExecOutput> observer) {
        return new Conversation<>(new ExecMessages(door, interactive), observer);
    }

    @Override
    public StreamObserver<TerminalInput> terminal(StreamObserver<TerminalOutput> observer) {
        return new Conversation<>(new TerminalMessages(door, interactive), observer);
    }

    @Override
    public void getUsage(GetUsageRequest request, StreamObserver<Usage> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.READ);
            Insight.Usage usage = insight.usage(id);
            return Usage.newBuilder()
                    .setCpuTime(Times.of(Duration.ofNanos(
                            1000 * usage.processes().cpuMicros().orElse(0))))
                    .setMemoryBytes(usage.processes().memoryBytes().orElse(0))
                    .setMemoryPeakBytes(usage.processes().peakMemoryBytes().orElse(0))
                    .setProcesses((int) usage.processes().processes().orElse(0))
                    .setDeltaBytes(usage.deltaBytes())
                    .build();
        });
    }
}
