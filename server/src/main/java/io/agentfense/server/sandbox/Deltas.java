package io.agentfense.server.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.codebase.Codebases;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.sandbox.Sandboxes.DeltaWork;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be done with what a sandbox wrote, whether it runs or not: looked at, committed, dropped, kept as a snapshot,
 * gone back to, forked. Thread-safe.
 */
public final class Deltas {
    private final Sandboxes sandboxes;
    private final Creation creation;
    private final Commits commits;
    private final Codebases codebases;
    private final SnapshotTable snapshots;
    private final Trail trail;
    private final InstantSource clock;

    /** For these sandboxes. */
    public Deltas(
            Sandboxes sandboxes,
            Creation creation,
            Commits commits,
            Codebases codebases,
            SnapshotTable snapshots,
            Trail trail,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.creation = creation;
        this.commits = commits;
        this.codebases = codebases;
        this.snapshots = snapshots;
        this.trail = trail;
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
     * @throws Refusal NOT_FOUND
     */
    public Difference diff(SandboxRecord sandbox, boolean withPatch) throws Refusal {
        return examine(sandbox, changes -> {
            ByteArrayOutputStream patch = new ByteArrayOutputStream();
            if (withPatch) {
                new GitPatch(patch).write(changes.list());
            }
            return new Difference(changes.list(), patch.toByteArray());
        });
    }

    /** What is found out of changes while their contents can be had. */
    @FunctionalInterface
    public interface Examination<T> {
        /** Looks at them. */
        T of(Changes changes) throws IOException;
    }

    /**
     * Looks at changes and their contents. One that does not run is neither started nor destroyed meanwhile.
     *
     * @throws Refusal NOT_FOUND
     */
    public <T> T examine(SandboxRecord sandbox, Examination<T> examination) throws Refusal {
        return with(sandbox.id(), "the changes could not be read", delta -> {
            int base = openRoot(sandbox.codebaseId());
            try {
                return examination.of(delta.changes(base));
            } finally {
                Descriptor.close(base);
            }
        });
    }

    private int openRoot(String codebaseId) throws IOException {
        try {
            return codebases.openRoot(codebaseId);
        } catch (CodebaseException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Lands changes.
     *
     * @param paths which, with what is below them; all if empty
     * @param conflicts what to do with what both sides changed; as the sandbox does if empty
     * @throws Refusal NOT_FOUND, CONFLICT with the paths
     */
    public Landed commit(SandboxRecord sandbox, List<String> paths, Optional<ConflictMode> conflicts, boolean dryRun)
            throws Refusal {
        boolean force = conflicts.orElse(sandbox.conflicts()) == ConflictMode.LAST_WRITER;
        List<BytePath> selected;
        try {
            selected = paths.stream().map(Deltas::path).toList();
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "paths: " + e.getMessage(), e);
        }
        ApplyOptions options = new ApplyOptions(selected, force, dryRun);
        return change(sandbox.id(), "nothing was committed", delta -> commits.land(delta, sandbox, options));
    }

    /** As {@link #diff} names it, from the workspace's root, or without the slash. */
    private static BytePath path(String given) {
        return BytePath.of(given.startsWith("/") ? given.substring(1) : given);
    }

    private <T> T with(String sandboxId, String failure, DeltaWork<T> work) throws Refusal {
        return refusing(failure, () -> sandboxes.withDelta(sandboxId, work));
    }

    /** Of an isolated sandbox nothing is changed, nor does another go on with what it wrote. */
    private <T> T change(String sandboxId, String failure, DeltaWork<T> work) throws Refusal {
        return refusing(failure, () -> sandboxes.changeDelta(sandboxId, work));
    }

    /** What can fail as work on deltas does. */
    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException, Refusal;
    }

    private static <T> T refusing(String failure, Attempt<T> attempt) throws Refusal {
        try {
            return attempt.make();
        } catch (ConflictException e) {
            throw new Refusal(Kind.CONFLICT, String.valueOf(e.getMessage()), e);
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
    public void discard(SandboxRecord sandbox) throws Refusal {
        change(sandbox.id(), "nothing was discarded", delta -> {
            delta.discard();
            return delta;
        });
        trail.record(AuditEvents.delta(sandbox, clock.instant(), "delta_discarded", List.of()));
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
        change(sandboxId, "nothing was rolled back", delta -> {
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
        String forked = change(from.id(), "nothing was forked", delta -> {
            try (Delta made = delta.fork()) {
                return made.id();
            }
        });
        return creation.fork(from, forked, labels);
    }
}
