package io.agentfense.alert.action;

import java.time.Duration;

/**
 * How actions are done.
 *
 * @param limit after which an attempt is interrupted and counts as failed
 * @param pause before the second attempt, which is the last
 */
record Pace(Duration limit, Duration pause) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(30), Duration.ofSeconds(1));
}
