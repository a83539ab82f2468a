package io.agentfense.workspace.delta.apply;

/** Ends an apply at one of its checkpoints as a kill does: nothing in the code under test catches it. */
final class Death extends Error {
    private static final long serialVersionUID = 1;

    /** Dies at the {@code n}th checkpoint, counted from 1. */
    static Checkpoint at(int n) {
        int[] passed = {0};
        return () -> {
            if (++passed[0] == n) {
                throw new Death();
            }
        };
    }
}
