package io.agentfense.client;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;

/** Points and spans of time, to and from messages. Stateless. */
final class Times {
    private Times() {}

    static Instant of(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    static Optional<Instant> of(boolean there, Timestamp time) {
        return there ? Optional.of(of(time)) : Optional.empty();
    }

    static Timestamp of(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    static java.time.Duration of(Duration span) {
        return java.time.Duration.ofSeconds(span.getSeconds(), span.getNanos());
    }

    static Duration of(java.time.Duration span) {
        return Duration.newBuilder()
                .setSeconds(span.getSeconds())
                .setNanos(span.getNano())
                .build();
    }
}
