package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.TerminalSize;
import io.agentfense.api.ours.v1.TerminalStart;
import io.agentfense.linux.WindowSize;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.TerminalExecution;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.CommandRequest;
import io.agentfense.server.sandbox.Finished;
import io.agentfense.server.sandbox.Processes;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command in a terminal. The transport calls it from one thread at a time; the command is awaited by another. */
final class TerminalCall implements StreamObserver<TerminalInput> {
    private final Door door;
    private final Processes processes;
    private final Outflow<TerminalOutput> outflow;
    private final Context context = Context.current();
    private @Nullable TerminalExecution terminal;

    TerminalCall(Door door, Processes processes, StreamObserver<TerminalOutput> observer) {
        this.door = door;
        this.processes = processes;
        outflow = new Outflow<>(observer);
    }

    @Override
    public void onNext(TerminalInput input) {
        try {
            context.call(() -> {
                take(input);
                return null;
            });
        } catch (Exception e) {
            end();
            outflow.fail(e);
        }
    }

    private void take(TerminalInput input) throws Exception {
        TerminalExecution running = terminal;
        if (running == null) {
            if (input.getContentCase() != TerminalInput.ContentCase.START) {
                throw new Refusal(Kind.INVALID, "the first message must be start");
            }
            start(input.getStart());
            return;
        }
        switch (input.getContentCase()) {
            case START -> throw new Refusal(Kind.INVALID, "the terminal was started already");
            case DATA -> {
                running.stdin().write(input.getData().toByteArray());
                running.stdin().flush();
            }
            case RESIZE -> running.resize(size(input.getResize()));
            case CONTENT_NOT_SET -> {}
        }
    }

    private void start(TerminalStart start) throws Exception {
        String id = door.sandbox(start.getSandboxId(), Verb.EXECUTE).id();
        CommandRequest request = new CommandRequest(
                start.getCommand(), new byte[0], start.getEnvMap(), start.getWorkdir(), Optional.empty());
        WindowSize size = start.hasSize() ? size(start.getSize()) : WindowSize.DEFAULT;
        TerminalExecution started = processes.terminal(
                id,
                request,
                size,
                (bytes, length) -> outflow.send(TerminalOutput.newBuilder()
                        .setData(ByteString.copyFrom(bytes, 0, length))
                        .build()));
        terminal = started;
        outflow.onCancel(started::kill);
        outflow.run(() -> {
            ExecutionResult result = started.await();
            outflow.send(TerminalOutput.newBuilder()
                    .setResult(Results.of(new Finished(result, Optional.empty())))
                    .build());
        });
    }

    private static WindowSize size(TerminalSize size) throws Refusal {
        try {
            return new WindowSize(size.getRows(), size.getColumns());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "size: " + e.getMessage(), e);
        }
    }

    private void end() {
        TerminalExecution running = terminal;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end();
    }

    /** The client types no more: as when a terminal is unplugged. */
    @Override
    public void onCompleted() {
        if (terminal == null) {
            outflow.fail(new Refusal(Kind.INVALID, "no terminal was started"));
            return;
        }
        end();
    }
}
