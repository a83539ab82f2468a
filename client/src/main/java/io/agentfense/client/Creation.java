package io.agentfense.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

/**
 * A call that makes something. It carries an {@code Idempotency-Key} of its own, so that asking again after a connection
 * broke brings the first answer and makes no second thing. For one thread.
 */
final class Creation {
    private static final Metadata.Key<String> KEY =
            Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final String PENDING = "a request with this Idempotency-Key is still being worked on";
    private static final int ATTEMPTS = 3;
    private static final int WAITS = 150;
    private static final Duration WAIT = Duration.ofMillis(200);

    private final Metadata headers = new Metadata();
    private int attempts = ATTEMPTS;
    private int waits = WAITS;

    Creation() {
        headers.put(KEY, UUID.randomUUID().toString());
    }

    /**
     * Makes the call until it has an answer, or no server gives one.
     *
     * @throws StatusRuntimeException the last failure
     * @throws InterruptedException if the thread is interrupted between two attempts
     */
    <S extends AbstractStub<S>, T> T call(S stub, Function<S, T> call) throws InterruptedException {
        S keyed = stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        while (true) {
            try {
                return call.apply(keyed);
            } catch (StatusRuntimeException e) {
                if (!isWorthAnother(e.getStatus())) {
                    throw e;
                }
            }
        }
    }

    /** A connection that broke may have brought the request; who still works on it will have an answer. */
    private boolean isWorthAnother(Status status) throws InterruptedException {
        return switch (status.getCode()) {
            case UNAVAILABLE -> --attempts > 0;
            case ABORTED -> {
                boolean pending = String.valueOf(status.getDescription()).startsWith(PENDING) && --waits > 0;
                if (pending) {
                    Thread.sleep(WAIT);
                }
                yield pending;
            }
            default -> false;
        };
    }
}
