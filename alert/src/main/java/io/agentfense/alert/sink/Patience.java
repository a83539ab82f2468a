package io.agentfense.alert.sink;

import java.time.Duration;

/**
 * How long a receiver that does not take something is asked again.
 *
 * @param first the pause after the first attempt; each one is twice as long as the one before
 * @param longest the longest pause
 * @param attempts how many there are before it is given up
 */
record Patience(Duration first, Duration longest, int attempts) {
    /** About an hour. */
    static final Patience USUAL = new Patience(Duration.ofSeconds(1), Duration.ofMinutes(1), 64);

    /** The pause after so many attempts. */
    Duration after(int failed) {
        Duration pause = first;
        for (int i = 1; i < failed && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
