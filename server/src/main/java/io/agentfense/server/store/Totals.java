package io.agentfense.server.store;

import java.util.EnumMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * How much of what is in the store.
 *
 * @param sandboxes how many there are in each state, every state among them
 * @param codebases how many there are
 * @param codebaseBytes in all of them together
 */
public record Totals(Map<SandboxState, Long> sandboxes, long codebases, long codebaseBytes) {
    /** Copies the map. */
    public Totals {
        sandboxes = Map.copyOf(sandboxes);
    }

    static Totals read(Handle handle) {
        Map<SandboxState, Long> sandboxes = new EnumMap<>(SandboxState.class);
        for (SandboxState state : SandboxState.values()) {
            sandboxes.put(state, 0L);
        }
        handle.createQuery("SELECT state, COUNT(*) AS number FROM sandboxes GROUP BY state")
                .map((row, _) -> Map.entry(Column.constant(SandboxState.class, row, "state"), row.getLong("number")))
                .forEach(entry -> sandboxes.put(entry.getKey(), entry.getValue()));
        return handle.createQuery("SELECT COUNT(*) AS number, COALESCE(SUM(size), 0) AS bytes FROM codebases")
                .map((row, _) -> new Totals(sandboxes, row.getLong("number"), row.getLong("bytes")))
                .one();
    }
}
