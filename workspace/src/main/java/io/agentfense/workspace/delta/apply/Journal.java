package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import java.util.List;

/**
 * What an apply is about to do, as kept in the delta.
 *
 * @param stage name of the staging directory in the codebase's root
 * @param stageInode its inode number, so that it is known again
 * @param complete whether the delta goes afterwards
 * @param steps in their order
 * @param forget paths that then need not be in the delta any more; the deepest first
 */
record Journal(String stage, long stageInode, boolean complete, List<Step> steps, List<BytePath> forget) {
    Journal {
        steps = List.copyOf(steps);
        forget = List.copyOf(forget);
    }
}
