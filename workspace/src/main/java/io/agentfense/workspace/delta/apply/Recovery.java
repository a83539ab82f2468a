package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Meta;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts in order what crashes left in a store. To be run before a store is used; safe at any time. Stateless. */
public final class Recovery {
    private Recovery() {}

    /**
     * Goes on with every apply that was cut short, and clears away half-made and half-removed deltas. Deltas in use are
     * passed over.
     *
     * @return what was found, empty on any ordinary day
     * @throws IOException if something can't be put in order, say because the codebase is not there; the rest is done
     */
    public static List<Recovered> run(DeltaStore store) throws IOException {
        return run(store, Checkpoint.NONE);
    }

    static List<Recovered> run(DeltaStore store, Checkpoint checkpoint) throws IOException {
        List<Recovered> found = new ArrayList<>();
        IOException failure = null;
        for (Meta meta : store.list()) {
            try {
                recover(store, meta, checkpoint).ifPresent(found::add);
            } catch (IOException e) {
                failure = failure == null ? new IOException("delta " + meta.id() + ": " + e.getMessage(), e) : failure;
            }
        }
        store.sweep();
        if (failure != null) {
            throw failure;
        }
        return found;
    }

    private static Optional<Recovered> recover(DeltaStore store, Meta meta, Checkpoint checkpoint) throws IOException {
        Optional<Delta> opened = store.tryOpen(meta.id());
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (Delta delta = opened.get()) {
            if (!Landing.isPending(delta)) {
                return Optional.empty();
            }
            try (StateDirectory base = Apply.openBase(meta.base(), Duration.ZERO)) {
                Recovered.Outcome outcome = new Landing(delta, base, checkpoint).resume();
                if (outcome == Recovered.Outcome.COMPLETED) {
                    checkpoint.reached();
                    store.remove(delta);
                }
                return Optional.of(new Recovered(meta.id(), meta.base(), outcome));
            }
        }
    }
}
