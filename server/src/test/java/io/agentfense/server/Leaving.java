package io.agentfense.server;

import io.agentfense.api.v1.ExecOutput;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that hangs up in the middle of a stream. */
final class Leaving<Q> implements ClientResponseObserver<Q, ExecOutput> {
    final List<String> seen = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ClientCallStreamObserver<Q>> call = new CompletableFuture<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> started) {
        call.complete(started);
    }

    @Override
    public void onNext(ExecOutput output) {
        seen.add(output.getData().toStringUtf8());
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}

    void leave() {
        call.join().cancel("going home", null);
    }
}
