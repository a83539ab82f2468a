package io.agentfense.sandbox;

import java.time.Duration;
import java.util.Optional;

/**
 * When to do what about a command that runs too long: ask it to end, kill it, then give up on it. By the monotonic
 * clock. Not thread-safe.
 */
final class Escalation {
    /** What is done when a step's time comes. */
    enum Step {
        /** Nothing yet: it may run. */
        RUN,
        /** SIGTERM to all its processes. */
        TERMINATE,
        /** SIGKILL to all its processes. */
        KILL,
        /** The end of the sandbox, which did not kill them. */
        GIVE_UP
    }

    private static final Duration TO_END = Duration.ofMillis(500);
    private static final Duration TO_DIE = Duration.ofSeconds(1);
    private static final long FOREVER = Long.MAX_VALUE;

    private Step step = Step.RUN;
    private long nextAt;

    /** Starts now. */
    Escalation(Optional<Duration> timeout) {
        nextAt = timeout.isPresent() ? after(timeout.get()) : FOREVER;
    }

    private static long after(Duration duration) {
        long now = System.nanoTime();
        try {
            return Math.addExact(now, duration.toNanos());
        } catch (ArithmeticException e) {
            return FOREVER;
        }
    }

    /** Where it stands. */
    Step step() {
        return step;
    }

    /** Goes to the next step if its time has come; tells whether it did. */
    boolean advanceIfDue() {
        if (nextAt == FOREVER || System.nanoTime() - nextAt < 0) {
            return false;
        }
        advance();
        return true;
    }

    /** Goes to the next step at once. */
    void advance() {
        switch (step) {
            case RUN -> {
                step = Step.TERMINATE;
                nextAt = after(TO_END);
            }
            case TERMINATE -> {
                step = Step.KILL;
                nextAt = after(TO_DIE);
            }
            case KILL -> {
                step = Step.GIVE_UP;
                nextAt = FOREVER;
            }
            case GIVE_UP -> nextAt = FOREVER;
        }
    }

    /** Milliseconds until the next step, rounded up; -1 if there is none. */
    int millisLeft() {
        if (nextAt == FOREVER) {
            return -1;
        }
        long nanos = nextAt - System.nanoTime();
        return Math.clamp((nanos + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
    }
}
