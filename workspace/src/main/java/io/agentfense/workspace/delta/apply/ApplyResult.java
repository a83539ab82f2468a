package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Skipped;
import java.util.List;

/**
 * What an apply did, or would do.
 *
 * @param applied the changes that landed
 * @param refused those that may not land; they stay in the delta
 * @param skipped what never leaves a sandbox
 * @param kept directories that the sandbox deleted and that stay, because they hold what it could not see
 * @param complete whether nothing was left and the delta is gone
 */
public record ApplyResult(
        List<Change> applied, List<Refusal> refused, List<Skipped> skipped, List<BytePath> kept, boolean complete) {
    /** Copies the lists. */
    public ApplyResult {
        applied = List.copyOf(applied);
        refused = List.copyOf(refused);
        skipped = List.copyOf(skipped);
        kept = List.copyOf(kept);
    }
}
