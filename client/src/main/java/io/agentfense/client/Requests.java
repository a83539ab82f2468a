package io.agentfense.client;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import org.jspecify.annotations.Nullable;

/** The messages of a call that streams to the server. They wait while the server does not take them. For one thread. */
final class Requests<Q, A> implements AutoCloseable {
    private final Remote remote;
    private final Subject subject;
    private final BlockingClientCall<Q, A> call;
    private final Answers<A> answers;

    Requests(Remote remote, Subject subject, BlockingClientCall<Q, A> call) {
        this.remote = remote;
        this.subject = subject;
        this.call = call;
        answers = new Answers<>(remote, subject, call);
    }

    /** Sends one; {@code false} if the server takes no more, and {@link #answer} says why. */
    boolean send(Q message) {
        try {
            return call.write(message);
        } catch (StatusException e) {
            throw remote.failure(e, subject);
        } catch (InterruptedException e) {
            throw Interruption.of(e, subject);
        }
    }

    /** Ends the messages and waits for the answer. */
    A answer() {
        call.halfClose();
        @Nullable A answer = answers.next();
        if (answer == null) {
            throw new ServerFailureException(subject.operation() + " got no answer", null);
        }
        return answer;
    }

    /** Takes the call back, unless it is over. */
    @Override
    public void close() {
        answers.close();
    }
}
