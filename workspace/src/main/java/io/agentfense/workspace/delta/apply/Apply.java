package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Errno;
import io.agentfense.linux.Flock;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.workspace.Standstill.Use;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaException.Reason;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Lands a delta in its codebase, or a part of it. What may land is judged by the rules in its meta, path by path; what
 * both sides changed is a conflict unless both sides came to the same. Stateless but for its store; one apply at a time
 * works on a codebase.
 */
public final class Apply {
    /** How long an apply of a sandbox that goes on waits for another one to the same codebase. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
        try (StateDirectory base = openBase(delta.meta().base(), Duration.ZERO)) {
            Changes changes = Changes.of(delta, base.fd(), policy(delta));
            List<Change> selected = Selection.of(changes.list(), options.paths());
            Review review = Review.of(selected, new BaseTree(base.fd()), options.force());
            refuseConflicts(review.permitted(), options.force());
            boolean complete = review.permitted().size() == changes.list().size();
            List<BytePath> kept = List.of();
            if (!options.dryRun()) {
                kept = land(delta, base, changes.list(), review.permitted(), complete);
            }
            return new ApplyResult(review.permitted(), review.refused(), changes.skipped(), kept, complete);
        }
    }

    /**
     * Opens a codebase for {@link #land}, and keeps other applies out until it is closed; waits half a minute for one that
     * is at work.
     *
     * @throws DeltaException if another apply works on it for longer
     */
    public static StateDirectory lockBase(Delta delta) throws IOException {
        return openBase(delta.meta().base(), PATIENCE);
    }

    /**
     * Applies a delta whose sandbox stands still and goes on afterwards. What landed leaves the delta but for what is in
     * use, so the sandbox sees no difference.
     *
     * @param base from {@link #lockBase}
     * @throws ConflictException if both sides changed a path; nothing was touched
     * @throws BaseChangedException if the codebase changed while its files were replaced; all was put back
     */
    public Landed land(Delta delta, StateDirectory base, ApplyOptions options, Occupants occupants) throws IOException {
        if (Landing.isPending(delta)) {
            new Landing(delta, base, checkpoint).resume();
        }
        Policy policy = policy(delta);
        Changes changes = Changes.of(delta, base.fd(), policy);
        List<Change> selected = Selection.of(changes.list(), options.paths());
        Review review = Review.of(selected, new BaseTree(base.fd()), options.force());
        refuseConflicts(review.permitted(), options.force());
        List<Conflict> overridden = conflicts(review.permitted());
        List<BytePath> kept = options.dryRun() || review.permitted().isEmpty()
                ? List.of()
                : new Landing(delta, base, checkpoint).land(review.permitted(), List.of(), false);
        if (!options.dryRun()) {
            shed(delta, base, policy, changes, review.permitted(), kept, occupants);
        }
        return new Landed(
                new ApplyResult(review.permitted(), review.refused(), changes.skipped(), kept, false), overridden);
    }

    /**
     * Takes from a delta, whose sandbox stands still, what landed earlier and stayed since it was in use; lands nothing.
     *
     * @param base from {@link #lockBase}
     */
    public void settle(Delta delta, StateDirectory base, Occupants occupants) throws IOException {
        Policy policy = policy(delta);
        Changes changes = Changes.of(delta, base.fd(), policy);
        shed(delta, base, policy, changes, List.of(), List.of(), occupants);
    }

    private void shed(
            Delta delta,
            StateDirectory base,
            Policy policy,
            Changes changes,
            List<Change> landed,
            List<BytePath> kept,
            Occupants occupants)
            throws IOException {
        Map<BytePath, Identity> origins = delta.loadOrigins();
        Set<BytePath> remaining = new HashSet<>(kept);
        Set<Change> gone = new HashSet<>(landed);
        changes.list().stream()
                .filter(change -> !gone.contains(change))
                .forEach(change -> remaining.add(change.path()));
        changes.skipped().forEach(skipped -> remaining.add(skipped.path()));
        if (!delta.layers().isEmpty() && isAllOnTop(delta, remaining, changes.leftAlone(), occupants)) {
            delta.keepOrigins(origins);
            store.dropLayers(delta);
        }
        Set<BytePath> arrived = landed.stream()
                .filter(Change::makesDirectory)
                .filter(change -> !change.replacesDirectory())
                .map(Change::path)
                .collect(Collectors.toSet());
        Set<BytePath> held = new Shedding(
                        delta, base.fd(), policy, remaining, changes.leftAlone(), arrived, occupants, checkpoint)
                .run();
        // What a path began with counts no more once the base shows through there: it may begin with something else.
        Map<BytePath, Identity> needed = new HashMap<>(origins);
        needed.keySet().removeIf(path -> !path.isRoot() && !held.contains(path));
        if (delta.layers().isEmpty() && needed.size() < origins.size()) {
            checkpoint.reached();
            delta.keepOrigins(needed);
        }
    }

    /** Whether the frozen layers hold nothing that differs from the base, or is in use in a way that would tell. */
    private static boolean isAllOnTop(
            Delta delta, Set<BytePath> remaining, Set<BytePath> leftAlone, Occupants occupants) throws IOException {
        for (BytePath path : remaining) {
            if (!Entry.at(delta.upper(), true, path).identity().exists()) {
                return false;
            }
        }
        for (BytePath path : leftAlone) {
            if (occupants.use(path) != Use.NONE
                    && !Entry.at(delta.upper(), true, path).identity().exists()) {
                return false;
            }
        }
        return true;
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

    private static List<Conflict> conflicts(List<Change> changes) {
        return changes.stream().filter(Change::isBaseChanged).map(Conflict::of).toList();
    }

    private static void refuseConflicts(List<Change> changes, boolean force) throws ConflictException {
        List<Conflict> conflicts = force ? List.of() : conflicts(changes);
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
    static StateDirectory openBase(String path, Duration patience) throws IOException {
        int fd;
        try {
            fd = HostPath.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        } catch (LinuxException e) {
            String advice = e.errno() == Errno.ENOENT ? "; put it back where it was, or discard the delta" : "";
            throw new DeltaException(Reason.NOT_FOUND, "the codebase can't be opened: " + e.getMessage() + advice, e);
        }
        StateDirectory base = new StateDirectory(fd);
        if (!taken(fd, patience)) {
            base.close();
            throw new DeltaException(
                    Reason.BUSY, "another apply is writing to " + path + "; try again when it is done");
        }
        return base;
    }

    private static boolean taken(int fd, Duration patience) throws LinuxException {
        long end = System.nanoTime() + patience.toNanos();
        while (!Flock.tryExclusive(fd)) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }
}
