package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.sandbox.Execution;
import io.agentfense.server.sandbox.Interactive;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A command and its client, who talk while it runs: the client's first message starts it, it does not outlive the client,
 * and its result is the last answer. The transport calls this from one thread at a time; the command is awaited by another.
 * A command that does not read holds its own stream up, and nothing else.
 *
 * @param <I> what the client says
 * @param <O> what it is told
 * @param <E> what runs
 */
final class Conversation<I, O, E extends Execution> implements StreamObserver<I> {
    private final Messages<I, O, E> messages;
    private final Outflow<O> outflow;
    private final Context context = Context.current();
    private @Nullable E running;
    private boolean failed;

    /** What the messages of one kind of conversation mean. */
    interface Messages<I, O, E extends Execution> {
        /** What the client talks to, for errors. */
        String noun();

        /** Whether it is the message that starts it. */
        boolean isStart(I input);

        /** Starts it. */
        Interactive<E> start(I input, Outflow<O> outflow) throws Exception;

        /** Does what a later message wants; waits for a command that does not read. */
        void take(E running, I input) throws Exception;

        /** What it means that the client says no more. */
        void finish(E running) throws IOException;

        /** The last answer. */
        O last(ExecResult result);
    }

    /** To be made before the call's method returns. */
    Conversation(Messages<I, O, E> messages, StreamObserver<O> observer) {
        this.messages = messages;
        outflow = new Outflow<>(observer);
    }

    @Override
    public void onNext(I input) {
        if (failed) {
            return;
        }
        try {
            context.call(() -> {
                take(input);
                return null;
            });
        } catch (Exception e) {
            failed = true;
            end();
            outflow.fail(e);
        }
    }

    private void take(I input) throws Exception {
        E command = running;
        if (command == null) {
            if (!messages.isStart(input)) {
                throw new Refusal(Kind.INVALID, "the first message must be start");
            }
            start(input);
        } else if (messages.isStart(input)) {
            throw new Refusal(Kind.INVALID, "the " + messages.noun() + " was started already");
        } else {
            messages.take(command, input);
        }
    }

    private void start(I input) throws Exception {
        Interactive<E> started = messages.start(input, outflow);
        E command = started.execution();
        running = command;
        outflow.onCancel(command::kill);
        outflow.run(() -> outflow.send(messages.last(Results.of(started.await()))));
    }

    /** Writes input. A command that reads no more loses it, as from a broken pipe; its end is told all the same. */
    static void write(Execution running, ByteString bytes) {
        try {
            running.stdin().write(bytes.toByteArray());
            running.stdin().flush();
        } catch (IOException e) {
            // It has closed its input.
        }
    }

    private void end() {
        E command = running;
        if (command != null) {
            command.kill();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end();
    }

    @Override
    public void onCompleted() {
        if (failed) {
            return;
        }
        E command = running;
        if (command == null) {
            outflow.fail(new Refusal(Kind.INVALID, "no " + messages.noun() + " was started"));
            return;
        }
        try {
            messages.finish(command);
        } catch (IOException e) {
            // It has closed its input.
        }
    }
}
