package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.ExecInput;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Finished;
import io.agentfense.server.sandbox.Processes;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command with its input as a stream. The transport calls it from one thread at a time; the command is awaited by
 * another. A command that does not read holds its own stream up, and nothing else.
 */
final class InteractiveExec implements StreamObserver<ExecInput> {
    private final Door door;
    private final Processes processes;
    private final Outflow<ExecOutput> outflow;
    private final Context context = Context.current();
    private @Nullable Execution execution;

    InteractiveExec(Door door, Processes processes, StreamObserver<ExecOutput> observer) {
        this.door = door;
        this.processes = processes;
        outflow = new Outflow<>(observer);
    }

    @Override
    public void onNext(ExecInput input) {
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

    private void take(ExecInput input) throws Exception {
        Execution running = execution;
        if (running == null) {
            if (input.getContentCase() != ExecInput.ContentCase.START) {
                throw new Refusal(Kind.INVALID, "the first message must be start");
            }
            start(input);
            return;
        }
        switch (input.getContentCase()) {
            case START -> throw new Refusal(Kind.INVALID, "the command was started already");
            case STDIN -> write(running, input.getStdin().toByteArray());
            case CLOSE_STDIN -> running.stdin().close();
            case SIGNAL -> running.signal(input.getSignal());
            case CONTENT_NOT_SET -> {}
        }
    }

    private void start(ExecInput input) throws Exception {
        String id = door.sandbox(input.getStart().getSandboxId(), Verb.EXECUTE).id();
        Execution started = processes.interactive(
                id,
                SandboxRpc.command(input.getStart()),
                SandboxRpc.receiver(outflow, ExecOutput.OutputType.OUTPUT_TYPE_STDOUT),
                SandboxRpc.receiver(outflow, ExecOutput.OutputType.OUTPUT_TYPE_STDERR));
        execution = started;
        outflow.onCancel(started::kill);
        outflow.run(() -> {
            ExecutionResult result = started.await();
            outflow.send(ExecOutput.newBuilder()
                    .setResult(Results.of(new Finished(result, Optional.empty())))
                    .build());
        });
    }

    /** A command that reads no more loses what is written, as from a broken pipe; its end is told all the same. */
    private static void write(Execution running, byte[] bytes) {
        try {
            running.stdin().write(bytes);
            running.stdin().flush();
        } catch (IOException e) {
            // It has closed its input.
        }
    }

    private void end() {
        Execution running = execution;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end();
    }

    @Override
    public void onCompleted() {
        Execution running = execution;
        if (running == null) {
            outflow.fail(new Refusal(Kind.INVALID, "no command was started"));
            return;
        }
        try {
            running.stdin().close();
        } catch (IOException e) {
            // It has closed its input.
        }
    }
}
