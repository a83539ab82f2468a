package io.agentfense.audit.forward;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after failures in a row: twice as long each time, from a quarter of a second to 30. Not thread-safe. */
final class Backoff {
    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** A receiver that asks for more has probably the wrong time. */
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);

    private final RandomGenerator random;
    private Duration next = SHORTEST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** After a failure: at least as long as the receiver asks for. */
    Duration after(Exception failure) {
        // Some more or less, so that many servers do not come at one time.
        Duration own = next.multipliedBy(80 + random.nextInt(41)).dividedBy(100);
        next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
        if (failure instanceof BusyException busy && busy.pause().compareTo(own) > 0) {
            return busy.pause().compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : busy.pause();
        }
        return own;
    }

    /** Something got there. */
    void reset() {
        next = SHORTEST;
    }
}
