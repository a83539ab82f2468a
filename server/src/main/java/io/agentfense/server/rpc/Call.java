package io.agentfense.server.rpc;

import io.grpc.stub.StreamObserver;

/** Runs one unary call and answers it: with its result, or with the status of what it threw. Stateless. */
final class Call {
    private Call() {}

    /** What makes the answer. */
    @FunctionalInterface
    interface Body<T> {
        T get() throws Exception;
    }

    static <T> void answer(StreamObserver<T> observer, Body<T> body) {
        T answer;
        try {
            answer = body.get();
        } catch (Exception e) {
            observer.onError(Statuses.of(e));
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }
}
