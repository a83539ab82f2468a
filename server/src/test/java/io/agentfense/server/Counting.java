package io.agentfense.server;

import io.agentfense.api.v1.ExecOutput;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** Counts the bytes of a stream and forgets them. */
record Counting(CompletableFuture<Long> total, long[] sum) implements StreamObserver<ExecOutput> {
    Counting(CompletableFuture<Long> total) {
        this(total, new long[1]);
    }

    @Override
    public void onNext(ExecOutput output) {
        sum[0] += output.getData().size();
    }

    @Override
    public void onError(Throwable thrown) {
        total.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
        total.complete(sum[0]);
    }
}
