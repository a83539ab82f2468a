package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.DeltaStore;

/** For tests of other packages that end the process within an apply. */
public final class Applies {
    private Applies() {}

    public static Apply with(DeltaStore store, Runnable checkpoint) {
        return new Apply(store, checkpoint::run);
    }
}
