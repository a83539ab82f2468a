package io.agentfense.workspace;

import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;

/** Which parts of a tree the kernel may open files in without asking: those without {@code view} and {@code write}. */
final class Areas {
    private Areas() {}

    /** Whether some rule makes it necessary that the server is asked for each open. */
    static boolean needMessages(Policy policy) {
        PathState root = policy.root();
        int asked = 1 << Level.VIEW.ordinal() | 1 << Level.WRITE.ordinal();
        return ((root.levelsBelow() | 1 << root.level().ordinal()) & asked) != 0;
    }
}
