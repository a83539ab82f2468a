package io.agentfense.server.sandbox;

import io.agentfense.sandbox.BackgroundExecution;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command in the background. It has ended once what it wrote was committed, if its sandbox commits by itself. Thread-safe.
 *
 * @param command as it was given
 * @param end completed when it has ended
 */
public record Background(
        String id, String command, Instant startedAt, BackgroundExecution execution, CompletableFuture<Finished> end) {
    /** Whether it has not ended yet. */
    public boolean isRunning() {
        return !end.isDone();
    }

    /**
     * Waits for its end, at most so long.
     *
     * @return empty if it still runs
     * @throws IOException if its end can't be told: the sandbox broke, or what it wrote could not be kept
     */
    public Optional<Finished> await(Duration wait) throws IOException, InterruptedException {
        try {
            return Optional.of(end.get(wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }
}
