package io.agentfense.server.metrics;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answer to a question that several meters ask at a time, no older than a second. Thread-safe. */
final class Recent<T> {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<T> question;
    private @Nullable T answer;
    private long answeredAt;

    Recent(Supplier<T> question) {
        this.question = question;
    }

    synchronized T get() {
        T known = answer;
        if (known != null && System.nanoTime() - answeredAt < FRESH_NANOS) {
            return known;
        }
        T fresh = question.get();
        answer = fresh;
        answeredAt = System.nanoTime();
        return fresh;
    }
}
