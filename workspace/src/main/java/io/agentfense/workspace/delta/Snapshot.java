package io.agentfense.workspace.delta;

import java.time.Instant;
import java.util.List;

/**
 * A state of a delta that it can go back to. Immutable.
 *
 * @param id names it among the snapshots of its delta; lower-case letters and digits
 * @param created when, to the millisecond
 * @param layers ids of the frozen layers that hold it, topmost first
 */
public record Snapshot(String id, Instant created, List<String> layers) {
    /** Copies the list. */
    public Snapshot {
        layers = List.copyOf(layers);
    }
}
