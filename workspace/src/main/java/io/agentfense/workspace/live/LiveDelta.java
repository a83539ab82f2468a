package io.agentfense.workspace.live;

import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Policy;
import io.agentfense.workspace.Mounted;
import io.agentfense.workspace.Standstill;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Snapshot;
import io.agentfense.workspace.delta.StateDirectory;
import io.agentfense.workspace.delta.apply.Apply;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.BaseChangedException;
import io.agentfense.workspace.delta.apply.ConflictException;
import io.agentfense.workspace.delta.apply.Landed;
import java.io.IOException;
import java.util.List;

/**
 * A delta under a mounted workspace in which programs run on. Thread-safe; one operation at a time.
 *
 * <p>Every operation works on the delta as it is at one moment, between two requests. What the kernel writes past this
 * process meanwhile, to files that it serves by itself, belongs to the moment or to what comes after it. Once closed, every
 * operation is refused with an IOException.
 */
public final class LiveDelta implements DeltaOperations, Mounted {
    private final DeltaStore store;
    private final Delta delta;
    private final Workspace workspace;
    private final Apply apply;
    private boolean closed;

    /** Whether something has landed and is still in the delta, since a program used it at that moment. */
    private boolean lingering;

    private LiveDelta(DeltaStore store, Delta delta, Workspace workspace, Apply apply) {
        this.store = store;
        this.delta = delta;
        this.workspace = workspace;
        this.apply = apply;
    }

    /**
     * Mounts a workspace over a delta.
     *
     * @param delta opened in the store; it is closed with this, and nobody else may use it until then
     * @param options whose deltas and origins are not looked at
     * @throws LinuxException if the mount is refused; the delta is still open then
     */
    public static LiveDelta mount(DeltaStore store, Delta delta, WorkspaceOptions options, String mountpoint)
            throws LinuxException {
        return mount(store, delta, options, mountpoint, new Apply(store));
    }

    static LiveDelta mount(DeltaStore store, Delta delta, WorkspaceOptions options, String mountpoint, Apply apply)
            throws LinuxException {
        // The log is another one after a snapshot, so it is asked for each time.
        WorkspaceOptions own = options.over(
                        delta.roots(), (path, length, base) -> delta.origins().record(path, length, base))
                .withMasks(delta::masking);
        return new LiveDelta(store, delta, Workspace.mount(own, mountpoint), apply);
    }

    /** The mounted workspace, for everything that leaves the delta's layers alone. */
    @Override
    public Workspace workspace() {
        return workspace;
    }

    /** The delta's id. */
    @Override
    public String id() {
        return delta.id();
    }

    /**
     * Lands what the sandbox has changed in the codebase, as far as the rules let it write: all of it or nothing. What
     * has landed leaves the delta, and the codebase shows through; programs see no difference. A file that may be written
     * at this moment lands as it is and stays in the delta too, and what is written later comes with a later commit; so
     * does a file of several names, which the codebase gets as several files. If nothing has changed since the last
     * commit this returns at once.
     *
     * @param options what to land, and whether the sandbox's side wins a conflict
     * @throws ConflictException if the codebase changed too at some path, without force; nothing was touched
     * @throws BaseChangedException if somebody changed the codebase in this very moment; nothing was touched
     * @throws DeltaException if a path selects nothing, or another commit to the codebase takes too long
     */
    @Override
    public synchronized Landed commit(ApplyOptions options) throws IOException {
        refuseIfClosed();
        if (!workspace.mayHaveChanged()) {
            return Landed.NOTHING;
        }
        return overBase((base, still) -> {
            boolean whole = options.paths().isEmpty() && !options.dryRun();
            if (whole) {
                still.lower();
            }
            boolean done = false;
            try {
                Programs programs = new Programs(still);
                Landed landed = apply.land(delta, base, options, programs);
                lingering |= programs.useAnything();
                done = true;
                return landed;
            } finally {
                if (!done) {
                    still.raise();
                }
            }
        });
    }

    /** What is done to the codebase and to what the delta holds of it. */
    @FunctionalInterface
    private interface Landing<T> {
        T with(StateDirectory base, Standstill still) throws IOException;
    }

    /** Works on both while neither changes; then the mounts find their files again, and layers that were dropped go. */
    private <T> T overBase(Landing<T> landing) throws IOException {
        int layers = delta.layers().size();
        try (StateDirectory base = Apply.lockBase(delta);
                Standstill still = workspace.standStill()) {
            try {
                return landing.with(base, still);
            } finally {
                still.relocate(delta.roots());
            }
        } finally {
            if (delta.layers().size() < layers) {
                clear();
            }
        }
    }

    /**
     * Drops everything in the delta: the view is that of the codebase. Snapshots stay. Descriptors of what is gone give
     * ESTALE or EIO, but for files that the kernel serves by itself, whose writers go on without a file.
     */
    @Override
    public synchronized void discard() throws IOException {
        replace(() -> store.empty(delta));
    }

    /**
     * Keeps the present state of the delta. No file is copied but those that may be written at this moment.
     *
     * @throws DeltaException for more than {@link DeltaStore#MOST_LAYERS} layers or
     *     {@link DeltaStore#MOST_SNAPSHOTS} snapshots
     */
    @Override
    public synchronized Snapshot snapshot() throws IOException {
        refuseIfClosed();
        try (Standstill still = workspace.standStill()) {
            try {
                return store.snapshot(delta, written(still));
            } finally {
                still.relocate(delta.roots());
            }
        }
    }

    /** The states that the delta can go back to, the oldest first. */
    @Override
    public synchronized List<Snapshot> snapshots() {
        return delta.meta().snapshots();
    }

    /**
     * Makes another delta that shows the same at first, opened and locked, for a workspace of its own. Both go their own
     * ways from here.
     *
     * @throws DeltaException for more than {@link DeltaStore#MOST_LAYERS} layers
     */
    @Override
    public synchronized Delta fork() throws IOException {
        refuseIfClosed();
        try (Standstill still = workspace.standStill()) {
            try {
                return store.fork(delta, written(still));
            } finally {
                still.relocate(delta.roots());
            }
        }
    }

    /**
     * Makes the delta be as it was at a snapshot, over the codebase as it is now: what was committed since stays in that.
     * What came later is gone. Descriptors as for {@link #discard}.
     *
     * @throws DeltaException if there is no such snapshot
     */
    @Override
    public synchronized void rollback(String snapshot) throws IOException {
        replace(() -> store.rollBack(delta, snapshot));
    }

    /**
     * Forgets a snapshot, and gives back the space that it alone took.
     *
     * @throws DeltaException if there is no such snapshot
     */
    public synchronized void dropSnapshot(String snapshot) throws IOException {
        refuseIfClosed();
        store.dropSnapshot(delta, snapshot);
        clear();
    }

    /**
     * What the sandbox has changed, at one moment. The contents of entries are those that they have when they are read.
     *
     * @param base descriptor of the codebase's root, opened for reading, which the entries go on to use
     */
    @Override
    public synchronized Changes changes(int base) throws IOException {
        refuseIfClosed();
        try (Standstill _ = workspace.standStill()) {
            return Changes.of(delta, base, workspace.policy());
        }
    }

    /**
     * Shows what was changed in the codebase so far: when this returns the mounts have it, but for what the sandbox has
     * changed too. What landed earlier and is not in use any more leaves the delta first, so that it covers nothing.
     *
     * @throws IOException if that fails; the changes show all the same
     */
    public synchronized void noticeBaseChanges() throws IOException {
        try {
            if (lingering && workspace.mayHaveChanged()) {
                settle();
            }
        } finally {
            workspace.noticeBaseChanges();
        }
    }

    private void settle() throws IOException {
        lingering = overBase((base, still) -> {
            Programs programs = new Programs(still);
            apply.settle(delta, base, programs);
            return programs.useAnything();
        });
    }

    /**
     * Puts other rules in force, for what programs do from now on and for the next commit, also by whoever opens the delta
     * after this process.
     *
     * @throws IllegalStateException if the workspace was not mounted for rules that change
     */
    public synchronized void changeRules(Policy policy) throws IOException {
        refuseIfClosed();
        if (!workspace.hasLiveRules()) {
            throw new IllegalStateException("mounted for rules that stay; mount it with liveRules");
        }
        delta.update(delta.meta().withRules(policy.rules()));
        workspace.changeRules(policy);
    }

    /**
     * The same for rules that withhold more: what they withhold is withheld also if they can't be written down.
     *
     * @throws IOException if they could not be written down; they hold as long as the workspace is mounted
     * @throws IllegalStateException if the workspace was not mounted for rules that change
     */
    public synchronized void withhold(Policy policy) throws IOException {
        refuseIfClosed();
        workspace.changeRules(policy);
        delta.update(delta.meta().withRules(policy.rules()));
    }

    /** A change of what the delta holds. */
    @FunctionalInterface
    private interface Replacement {
        void run() throws IOException;
    }

    private void replace(Replacement replacement) throws IOException {
        refuseIfClosed();
        try (Standstill still = workspace.standStill()) {
            try {
                replacement.run();
            } finally {
                still.raise();
                still.replace(delta.roots());
            }
        } finally {
            clear();
        }
    }

    /** The numbers of closed descriptors are soon those of other files, of another delta perhaps. */
    private void refuseIfClosed() throws IOException {
        if (closed) {
            throw new IOException("the delta is closed; nothing was done");
        }
    }

    private static List<BytePath> written(Standstill still) {
        return still.written().stream().map(BytePath::of).toList();
    }

    /** What the delta does not hold any more goes from the disk while programs run on. */
    private void clear() throws IOException {
        store.clear(delta);
    }

    /** Unmounts, and closes the delta. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        workspace.close();
        delta.close();
    }
}
