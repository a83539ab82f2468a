package io.agentfense.client;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import org.jspecify.annotations.Nullable;

/** The answers of a call that streams. The server sends no more of them than are taken. For one thread at a time. */
final class Answers<T> implements AutoCloseable {
    private final Remote remote;
    private final Subject subject;
    private final BlockingClientCall<?, T> call;

    Answers(Remote remote, Subject subject, BlockingClientCall<?, T> call) {
        this.remote = remote;
        this.subject = subject;
        this.call = call;
    }

    /** The next one; null after the last. */
    @Nullable
    T next() {
        try {
            return call.read();
        } catch (StatusException e) {
            throw remote.failure(e, subject);
        } catch (InterruptedException e) {
            throw Interruption.of(e, subject);
        }
    }

    /** Tells the server that nobody waits any more; nothing happens if it is over. */
    @Override
    public void close() {
        call.cancel("closed", null);
    }
}
