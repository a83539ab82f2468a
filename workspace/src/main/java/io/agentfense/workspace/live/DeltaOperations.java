package io.agentfense.workspace.live;

import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.Snapshot;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.Landed;
import java.io.IOException;
import java.util.List;

/** What can be done with what a sandbox wrote, whether programs run over it or not. */
public sealed interface DeltaOperations permits LiveDelta, RestingDelta {
    /** The delta's id. */
    String id();

    /**
     * Lands what the sandbox has changed in the codebase, as far as the rules let it write: all of it or nothing. What
     * has landed leaves the delta.
     *
     * @param options what to land, and whether the sandbox's side wins a conflict
     * @throws io.agentfense.workspace.delta.apply.ConflictException if the codebase changed too at some path, without
     *     force; nothing was touched
     * @throws io.agentfense.workspace.delta.apply.BaseChangedException if somebody changed the codebase in this very
     *     moment; nothing was touched
     * @throws io.agentfense.workspace.delta.DeltaException if a path selects nothing, or another commit to the codebase
     *     takes too long
     */
    Landed commit(ApplyOptions options) throws IOException;

    /** Drops everything in the delta. Snapshots stay. */
    void discard() throws IOException;

    /**
     * Keeps the present state.
     *
     * @throws io.agentfense.workspace.delta.DeltaException for too many layers or snapshots
     */
    Snapshot snapshot() throws IOException;

    /** The states that the delta can go back to, the oldest first. */
    List<Snapshot> snapshots();

    /**
     * Makes another delta that holds the same at first, opened and locked.
     *
     * @throws io.agentfense.workspace.delta.DeltaException for too many layers
     */
    Delta fork() throws IOException;

    /**
     * Makes the delta be as it was at a snapshot. What came later is gone.
     *
     * @throws io.agentfense.workspace.delta.DeltaException if there is no such snapshot
     */
    void rollback(String snapshot) throws IOException;

    /**
     * What the sandbox has changed.
     *
     * @param base descriptor of the codebase's root, opened for reading, which the entries go on to use
     */
    Changes changes(int base) throws IOException;
}
