package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import java.util.List;

/**
 * What to land, and how.
 *
 * @param paths what to land, with everything below; none at all means everything
 * @param force whether the sandbox's side wins a conflict; what the rules forbid stays forbidden
 * @param dryRun whether to find out and touch nothing
 */
public record ApplyOptions(List<BytePath> paths, boolean force, boolean dryRun) {
    /** Everything, without force. */
    public static final ApplyOptions ALL = new ApplyOptions(List.of(), false, false);

    /** Copies the list. */
    public ApplyOptions {
        paths = List.copyOf(paths);
    }
}
