package io.agentfense.workspace.delta;

/** For tests of other packages that end the process within an operation on a delta. */
public final class Deltas {
    private Deltas() {}

    public static void checkpoints(Delta delta, Runnable reached) {
        delta.checkpoints(reached);
    }
}
