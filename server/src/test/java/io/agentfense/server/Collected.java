package io.agentfense.server;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/** The answers of a streaming call, as they come. Thread-safe. */
final class Collected<T> implements StreamObserver<T> {
    private final List<T> answers = new CopyOnWriteArrayList<>();
    private volatile Status refusal = Status.OK;
    private volatile boolean done;

    @Override
    public void onNext(T answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable thrown) {
        refusal = Status.fromThrowable(thrown);
        done = true;
    }

    @Override
    public void onCompleted() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    /** OK if there was none. */
    Status refusal() {
        return refusal;
    }

    boolean has(Predicate<T> wanted) {
        return answers.stream().anyMatch(wanted);
    }

    T last() {
        return answers.getLast();
    }

    /** What all of them hold, one after the other. */
    String text(Function<T, ByteString> data) {
        ByteString all = ByteString.empty();
        for (T answer : answers) {
            all = all.concat(data.apply(answer));
        }
        return all.toStringUtf8();
    }
}
