package io.agentfense.server;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** A call that streams requests, with one. */
final class Streaming {
    private Streaming() {}

    static <Q, A> Status.Code outcome(Channel channel, MethodDescriptor<Q, A> method, Q request) {
        CompletableFuture<Status.Code> outcome = new CompletableFuture<>();
        StreamObserver<A> answers = new StreamObserver<>() {
            @Override
            public void onNext(A answer) {}

            @Override
            public void onError(Throwable thrown) {
                outcome.complete(Status.fromThrowable(thrown).getCode());
            }

            @Override
            public void onCompleted() {
                outcome.complete(Status.Code.OK);
            }
        };
        var call = channel.newCall(method, CallOptions.DEFAULT);
        StreamObserver<Q> requests = method.getType() == MethodDescriptor.MethodType.CLIENT_STREAMING
                ? ClientCalls.asyncClientStreamingCall(call, answers)
                : ClientCalls.asyncBidiStreamingCall(call, answers);
        requests.onNext(request);
        requests.onCompleted();
        return outcome.join();
    }
}
