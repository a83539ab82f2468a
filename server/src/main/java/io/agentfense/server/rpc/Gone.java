package io.agentfense.server.rpc;

import io.agentfense.server.sandbox.Cancellation;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/** Tells that the client of a unary call hung up or no longer waits. Thread-safe. */
final class Gone implements Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean gone;

    /** To be made before the call's method returns. */
    Gone(ServerCallStreamObserver<?> observer) {
        observer.setOnCancelHandler(this::happened);
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
