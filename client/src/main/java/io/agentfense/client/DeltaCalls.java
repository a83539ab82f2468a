package io.agentfense.client;

import io.agentfense.api.ours.v1.CommitRequest;
import io.agentfense.api.ours.v1.CommitResponse;
import io.agentfense.api.ours.v1.DiffRequest;
import io.agentfense.api.ours.v1.DiscardRequest;
import io.agentfense.api.ours.v1.ForkRequest;
import io.agentfense.api.ours.v1.ListSnapshotsRequest;
import io.agentfense.api.ours.v1.RollbackRequest;
import io.agentfense.api.ours.v1.SnapshotInfo;
import io.agentfense.api.ours.v1.SnapshotRequest;
import java.util.List;
import java.util.Map;

/** What a sandbox wrote: the calls. Thread-safe. */
final class DeltaCalls {
    private final Remote remote;
    private final String id;

    DeltaCalls(Remote remote, String sandboxId) {
        this.remote = remote;
        id = sandboxId;
    }

    private Subject subject(String operation) {
        return Subject.sandbox(operation, id);
    }

    List<Change> diff() {
        DiffRequest request = DiffRequest.newBuilder().setSandboxId(id).build();
        return changes(remote.call(subject("diff"), () -> remote.deltas().diff(request))
                .getChangesList());
    }

    byte[] patch() {
        DiffRequest request =
                DiffRequest.newBuilder().setSandboxId(id).setPatch(true).build();
        return remote.call(subject("diff"), () -> remote.deltas().diff(request))
                .getPatch()
                .toByteArray();
    }

    Commit commit(List<String> paths, boolean dryRun) {
        CommitRequest request = CommitRequest.newBuilder()
                .setSandboxId(id)
                .addAllPaths(
                        paths.stream().map(path -> path.replaceFirst("^/+", "")).toList())
                .setDryRun(dryRun)
                .build();
        CommitResponse response =
                remote.call(subject("commit"), () -> remote.deltas().commit(request));
        return new Commit(
                changes(response.getLandedList()),
                response.getConflictsList().stream().toList(),
                response.getRefusedList().stream().toList());
    }

    void discard() {
        DiscardRequest request = DiscardRequest.newBuilder().setSandboxId(id).build();
        remote.call(subject("discard"), () -> remote.deltas().discard(request));
    }

    Snapshot snapshot(String name) {
        SnapshotRequest request =
                SnapshotRequest.newBuilder().setSandboxId(id).setName(name).build();
        var made = remote.create(subject("snapshot"), remote.deltas(), stub -> stub.snapshot(request));
        return of(made);
    }

    List<Snapshot> snapshots() {
        ListSnapshotsRequest request =
                ListSnapshotsRequest.newBuilder().setSandboxId(id).build();
        return remote
                .call(subject("list snapshots"), () -> remote.deltas().listSnapshots(request))
                .getSnapshotsList()
                .stream()
                .map(DeltaCalls::of)
                .toList();
    }

    void rollback(String snapshotId) {
        RollbackRequest request = RollbackRequest.newBuilder()
                .setSandboxId(id)
                .setSnapshotId(snapshotId)
                .build();
        remote.call(subject("rollback"), () -> remote.deltas().rollback(request));
    }

    SandboxInfo fork(Map<String, String> labels) {
        ForkRequest request =
                ForkRequest.newBuilder().setSandboxId(id).putAllLabels(labels).build();
        var made = remote.create(subject("fork"), remote.deltas(), stub -> stub.fork(request));
        return SandboxMessages.of(made);
    }

    private static Snapshot of(SnapshotInfo info) {
        return new Snapshot(info.getId(), info.getName(), Times.of(info.getCreatedAt()));
    }

    private static List<Change> changes(List<io.agentfense.api.ours.v1.Change> changes) {
        return changes.stream().map(DeltaCalls::of).toList();
    }

    private static Change of(io.agentfense.api.ours.v1.Change change) {
        Change.Kind kind = switch (change.getKind()) {
            case ADDED -> Change.Kind.ADDED;
            case MODIFIED -> Change.Kind.MODIFIED;
            case DELETED -> Change.Kind.DELETED;
            case TYPE_CHANGED -> Change.Kind.TYPE_CHANGED;
            case MODE_CHANGED -> Change.Kind.MODE_CHANGED;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw Unknown.value("kind of change", change.getKindValue());
        };
        return new Change(change.getPath(), kind, change.getConflict());
    }
}
