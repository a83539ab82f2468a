package io.agentfense.workspace.delta.apply;

import java.util.List;

/**
 * What the commit of a delta did whose sandbox goes on.
 *
 * @param result what landed and what did not; never complete, since the delta goes on
 * @param overridden the conflicts in which the sandbox's side has won, by path
 */
public record Landed(ApplyResult result, List<Conflict> overridden) {
    /** Nothing had changed. */
    public static final Landed NOTHING =
            new Landed(new ApplyResult(List.of(), List.of(), List.of(), List.of(), false), List.of());

    /** Copies the list. */
    public Landed {
        overridden = List.copyOf(overridden);
    }
}
