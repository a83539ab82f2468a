package io.agentfense.server.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.codebase.Codebases;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.Ids;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SnapshotRecord;
import io.agentfense.server.store.SnapshotTable;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.GitPatch;
import io.agentfense.workspace.delta.Snapshot;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.ConflictException;
import io.agentfense.workspace.delta.apply.Landed;
import io.agentfense.workspace.live.LiveDelta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be done with what a running sandbox wrote: looked at, committed, dropped, kept as a snapshot, gone back to,
 * forked. Thread-safe.
 */
public final class Deltas {
    private final Sandboxes sandboxes;
    private final Creation creation;
    private final Commits commits;
    private final Codebases codebases;
    private final SnapshotTable snapshots;
    private final InstantSource clock;

    /** For these sandboxes. */
    public Deltas(
            Sandboxes sandboxes,
            Creation creation,
            Commits commits,
            Codebases codebases,
            SnapshotTable snapshots,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.creation = creation;
        this.commits = commits;
        this.codebases = codebases;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * What a sandbox has changed and not committed.
     *
     * @param patch in the form that {@code git apply} takes; empty if it was not asked for
     */
    public record Difference(List<Change> changes, byte[] patch) {}

    /**
     * Looks at what would be committed.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it does not run
     */
    public Difference diff(String sandboxId, boolean withPatch) throws Refusal {
        RunningSandbox running = sandboxes.running(sandboxId);
        try {
            int base = codebases.openRoot(running.codebaseId());
            try {
                Changes changes = running.delta().changes(base);
                ByteArrayOutputStream patch = new ByteArrayOutputStream();
                if (withPatch) {
                    new GitPatch(patch).write(changes.list());
                }
                return new Difference(changes.list(), patch.toByteArray());
            } finally {
                Descriptor.close(base);
            }
        } catch (CodebaseException | IOException e) {
            throw failed("the changes could not be read", e);
        }
    }

    /**
     * Lands changes.
     *
     * @param paths which; all if empty
     * @param conflicts what to do with what both sides changed; as the sandbox does if empty
     * @throws Refusal NOT_FOUND, PRECONDITION, CONFLICT with the paths
     */
    public Landed commit(String sandboxId, List<String> paths, Optional<ConflictMode> conflicts, boolean dryRun)
            throws Refusal {
        RunningSandbox running = sandboxes.running(sandboxId);
        boolean force = conflicts.orElse(running.conflicts()) == ConflictMode.LAST_WRITER;
        try {
            List<BytePath> selected = paths.stream().map(BytePath::of).toList();
            return commits.land(running, new ApplyOptions(selected, force, dryRun));
        } catch (ConflictException e) {
            throw new Refusal(Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "paths: " + e.getMessage(), e);
        } catch (IOException e) {
            throw failed("nothing was committed", e);
        }
    }

    /** What is done with a delta. */
    @FunctionalInterface
    private interface Work<T> {
        T on(LiveDelta delta) throws IOException;
    }

    private <T> T with(String sandboxId, String failure, Work<T> work) throws Refusal {
        RunningSandbox running = sandboxes.running(sandboxId);
        try {
            return work.on(running.delta());
        } catch (DeltaException e) {
            throw new Refusal(
                    switch (e.reason()) {
                        case NOT_FOUND, AMBIGUOUS -> Kind.NOT_FOUND;
                        case BUSY, UNFIT -> Kind.PRECONDITION;
                        case LIMIT -> Kind.EXHAUSTED;
                        case DAMAGED -> Kind.FAILED;
                    },
                    String.valueOf(e.getMessage()),
                    e);
        } catch (IOException e) {
            throw failed(failure, e);
        }
    }

    private static Refusal failed(String what, Exception cause) {
        return new Refusal(Kind.FAILED, what + ": " + cause.getMessage(), cause);
    }

    /** Drops what was not committed. */
    public void discard(String sandboxId) throws Refusal {
        with(sandboxId, "nothing was discarded", delta -> {
            delta.discard();
            return delta;
        });
    }

    /** Keeps the present state. */
    public SnapshotRecord snapshot(String sandboxId, String name) throws Refusal {
        return with(sandboxId, "no snapshot was made", delta -> {
            Snapshot made = delta.snapshot();
            SnapshotRecord record =
                    new SnapshotRecord(Ids.newSnapshot(), sandboxId, name, delta.id(), made.id(), clock.instant());
            snapshots.insert(record);
            return record;
        });
    }

    /** The states that a sandbox can go back to, the oldest first. */
    public List<SnapshotRecord> snapshots(String sandboxId) {
        return snapshots.list(sandboxId);
    }

    /**
     * Goes back to a snapshot.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION
     */
    public void rollback(String sandboxId, String snapshotId) throws Refusal {
        SnapshotRecord record = snapshots
                .find(snapshotId)
                .filter(found -> found.sandboxId().equals(sandboxId))
                .orElseThrow(() -> new Refusal(Kind.NOT_FOUND, "snapshot not found"));
        with(sandboxId, "nothing was rolled back", delta -> {
            delta.rollback(record.layer());
            return delta;
        });
    }

    /**
     * Makes another sandbox that begins with what this one holds now.
     *
     * @param labels of the new one
     * @throws Refusal NOT_FOUND, PRECONDITION, EXHAUSTED
     * @throws AccessException if its owner has as many as it may
     */
    public SandboxRecord fork(SandboxRecord from, Map<String, String> labels) throws Refusal, AccessException {
        String forked = with(from.id(), "nothing was forked", delta -> {
            try (Delta made = delta.fork()) {
                return made.id();
            }
        });
        return creation.fork(from, forked, labels);
    }
}
