package io.agentfense.server.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.sandbox.Cancellation;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/**
 * The answers of a streaming call, sent no faster than the client takes them: {@link #send} waits while it does not. So a
 * command's output backs up into its pipe and the command waits, instead of memory filling. Thread-safe.
 */
final class Outflow<T> implements Cancellation {
    private final ServerCallStreamObserver<T> observer;
    private final Gone gone;
    private boolean over;

    /** Takes a call over; to be made before the call's method returns. */
    Outflow(StreamObserver<T> observer) {
        this.observer = (ServerCallStreamObserver<T>) observer;
        this.observer.setOnReadyHandler(this::wake);
        gone = new Gone(this.observer);
        gone.onCancel(this::cancel);
        // A stream lasts as long as it lasts.
        ServiceRequestContext.current().clearRequestTimeout();
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void cancel() {
        over = true;
        notifyAll();
    }

    @Override
    public void onCancel(Runnable action) {
        gone.onCancel(action);
    }

    /**
     * Sends one answer, once the client has taken enough of those before.
     *
     * @throws IOException if the client went away, or was told of a failure
     */
    synchronized void send(T answer) throws IOException {
        try {
            while (!over && !observer.isReady()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        refuseIfGone();
        observer.onNext(answer);
    }

    /** Throws if there is nobody to send to any more. */
    synchronized void refuseIfGone() throws IOException {
        if (over) {
            throw new IOException("the client went away");
        }
    }

    /**
     * Has a thread of its own send the answers, and ends the stream with what the body throws, or well. The transport says
     * that it takes more where the call's own method runs, so that must not wait.
     */
    void run(Body body) {
        Runnable serving = Context.current().wrap(() -> serve(body));
        Thread.ofPlatform()
                .daemon()
                .name("outflow")
                .start(ServiceRequestContext.current().makeContextAware(serving));
    }

    private void serve(Body body) {
        try {
            body.run();
        } catch (Exception e) {
            fail(e);
            return;
        }
        synchronized (this) {
            if (!over) {
                over = true;
                observer.onCompleted();
            }
        }
    }

    /** Ends the stream with the status of what was thrown, unless it has ended. Nothing is sent after it. */
    synchronized void fail(Exception e) {
        if (!over) {
            cancel();
            observer.onError(Statuses.of(e));
        }
    }

    /** What sends the answers. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }
}
