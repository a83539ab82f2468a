package io.agentfense.server.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.sandbox.Cancellation;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/** Tells that the client of a call hung up or no longer waits. Thread-safe. */
final class Gone implements Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean gone;

    /**
     * To be made before the call's method returns.
     *
     * <p>The observer's own handler alone would not do: it runs where the call's method does, after it.
     */
    Gone(ServerCallStreamObserver<?> observer) {
        observer.setOnCancelHandler(this::happened);
        var _ = ServiceRequestContext.current().whenRequestCancelled().thenAccept(_ -> happened());
    }

    private void happened() {
        List<Runnable> due;
        synchronized (this) {
            gone = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Runnable::run);
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!gone) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }
}
