package io.agentfense.alert.sink;

import java.util.Set;

/**
 * One sink as it was configured. Immutable.
 *
 * @param states what of alerts it is told: of raised, updated and closed
 */
public record SinkSettings(Target target, Set<String> states) {
    /** All that there is to tell. */
    public static final Set<String> ALL_STATES = Set.of("raised", "updated", "closed");

    /** What is told where nothing else is said. */
    public static final Set<String> USUAL_STATES = Set.of("raised", "closed");

    /** Keeps a copy. */
    public SinkSettings {
        states = Set.copyOf(states);
    }
}
