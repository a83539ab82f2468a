package io.agentfense.workspace.live;

import io.agentfense.linux.Stat;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.workspace.Standstill.Use;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaException.Reason;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Snapshot;
import io.agentfense.workspace.delta.StateDirectory;
import io.agentfense.workspace.delta.apply.Apply;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.Landed;
import io.agentfense.workspace.delta.apply.Occupants;
import java.io.IOException;
import java.util.List;

/** A delta that no workspace is mounted over, opened for as long as something is done with it. For one thread. */
public final class RestingDelta implements DeltaOperations, AutoCloseable {
    private static final Occupants NOBODY = new Occupants() {
        @Override
        public Use use(BytePath path) {
            return Use.NONE;
        }

        @Override
        public void moved(Stat was, Stat is, boolean old) {
            // Nobody has seen what it was.
        }
    };

    private final DeltaStore store;
    private final Delta delta;
    private final Apply apply;

    /**
     * Takes a delta over, which is closed with this.
     *
     * @param delta opened in the store
     */
    public RestingDelta(DeltaStore store, Delta delta) {
        this.store = store;
        this.delta = delta;
        this.apply = new Apply(store);
    }

    @Override
    public String id() {
        return delta.id();
    }

    @Override
    public Landed commit(ApplyOptions options) throws IOException {
        try (StateDirectory base = Apply.lockBase(delta)) {
            return apply.land(delta, base, options, NOBODY);
        } finally {
            store.clear(delta);
        }
    }

    @Override
    public void discard() throws IOException {
        store.empty(delta);
        store.clear(delta);
    }

    @Override
    public Snapshot snapshot() throws IOException {
        return store.snapshot(delta, List.of());
    }

    @Override
    public List<Snapshot> snapshots() {
        return delta.meta().snapshots();
    }

    @Override
    public Delta fork() throws IOException {
        return store.fork(delta, List.of());
    }

    @Override
    public void rollback(String snapshot) throws IOException {
        store.rollBack(delta, snapshot);
        store.clear(delta);
    }

    @Override
    public Changes changes(int base) throws IOException {
        try {
            return Changes.of(delta, base, Policy.compile(delta.meta().rules()));
        } catch (PolicyException e) {
            throw new DeltaException(Reason.DAMAGED, "the rules of delta " + id() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        delta.close();
    }
}
