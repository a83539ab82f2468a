package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Errno;
import io.agentfense.linux.Flock;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaException.Reason;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.util.List;

/**
 * Lands a delta in its codebase, or a part of it. What may land is judged by the rules in its meta, path by path; what
 * both sides changed is a conflict unless both sides came to the same. Stateless but for its store; one apply at a time
 * works on a codebase.
 */
public final class Apply {
    private final DeltaStore store;
    private final Checkpoint checkpoint;

    /** For deltas of this store. */
    public Apply(DeltaStore store) {
        this(store, Checkpoint.NONE);
    }

    Apply(DeltaStore store, Checkpoint checkpoint) {
        this.store = store;
        this.checkpoint = checkpoint;
    }

    /**
     * Applies. If nothing is left in the delta afterwards it is removed, and closed.
     *
     * @throws ConflictException if both sides changed a path; nothing was touched
     * @throws BaseChangedException if the codebase changed while its files were replaced; all was put back
     * @throws DeltaException if a path selects nothing, or another apply works on the codebase
     */
    public ApplyResult run(Delta delta, ApplyOptions options) throws IOException {
        try (StateDirectory base = openBase(delta.meta().base())) {
            Changes changes = Changes.of(delta, base.fd(), policy(delta));
            List<Change> selected = Selection.of(changes.list(), options.paths());
            Review review = Review.of(selected, new BaseTree(base.fd()));
            refuseConflicts(review.permitted(), options.force());
            boolean complete = review.permitted().size() == changes.list().size();
            List<BytePath> kept = List.of();
            if (!options.dryRun()) {
                kept = land(delta, base, changes.list(), review.permitted(), complete);
            }
            return new ApplyResult(review.permitted(), review.refused(), changes.skipped(), kept, complete);
        }
    }

    private List<BytePath> land(
            Delta delta, StateDirectory base, List<Change> all, List<Change> landing, boolean complete)
            throws IOException {
        List<BytePath> kept = List.of();
        if (!landing.isEmpty()) {
            List<BytePath> forget = complete ? List.of() : Forgettable.of(delta, all, landing);
            kept = new Landing(delta, base, checkpoint).land(landing, forget, complete);
        }
        if (complete) {
            checkpoint.reached();
            store.remove(delta);
        }
        return kept;
    }

    private static void refuseConflicts(List<Change> changes, boolean force) throws ConflictException {
        List<Conflict> conflicts = changes.stream()
                .filter(change -> !force && change.isBaseChanged())
                .map(Conflict::of)
                .toList();
        if (!conflicts.isEmpty()) {
            throw new ConflictException(conflicts);
        }
    }

    private static Policy policy(Delta delta) throws DeltaException {
        try {
            return Policy.compile(delta.meta().rules());
        } catch (PolicyException e) {
            throw new DeltaException(Reason.DAMAGED, "the rules of delta " + delta.id() + ": " + e.getMessage(), e);
        }
    }

    /** Opens a codebase's root and keeps other applies out until it is closed. */
    static StateDirectory openBase(String path) throws IOException {
        int fd;
        try {
            fd = HostPath.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        } catch (LinuxException e) {
            String advice = e.errno() == Errno.ENOENT ? "; put it back where it was, or discard the delta" : "";
            throw new DeltaException(Reason.NOT_FOUND, "the codebase can't be opened: " + e.getMessage() + advice, e);
        }
        StateDirectory base = new StateDirectory(fd);
        if (!Flock.tryExclusive(fd)) {
            base.close();
            throw new DeltaException(
                    Reason.BUSY, "another apply is writing to " + path + "; try again when it is done");
        }
        return base;
    }
}
