package io.agentfense.server.rpc;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.agentfense.server.sandbox.Refusal;
import java.time.Instant;
import java.util.Optional;

/** Times and spans of time, there and back. Stateless. */
final class Times {
    /** Far more than anything here may last; beyond it sums of times would not fit. */
    private static final long MOST_SECONDS = 100L * 365 * 24 * 3600;

    private Times() {}

    static Timestamp of(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    static Duration of(java.time.Duration span) {
        return Duration.newBuilder()
                .setSeconds(span.getSeconds())
                .setNanos(span.getNano())
                .build();
    }

    /**
     * A span that a request may hold.
     *
     * @throws Refusal INVALID if it is negative or absurd
     */
    static Optional<java.time.Duration> of(boolean present, Duration span, String field) throws Refusal {
        if (!present) {
            return Optional.empty();
        }
        if (span.getSeconds() < 0 || span.getNanos() < 0) {
            throw new Refusal(Refusal.Kind.INVALID, field + " must not be negative");
        }
        if (span.getSeconds() > MOST_SECONDS || span.getNanos() > 999_999_999) {
            throw new Refusal(Refusal.Kind.INVALID, field + " is longer than a hundred years");
        }
        return Optional.of(java.time.Duration.ofSeconds(span.getSeconds(), span.getNanos()));
    }
}
