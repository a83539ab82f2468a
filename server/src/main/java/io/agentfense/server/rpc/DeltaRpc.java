package io.agentfense.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.agentfense.api.ours.v1.Change;
import io.agentfense.api.ours.v1.CommitRequest;
import io.agentfense.api.ours.v1.CommitResponse;
import io.agentfense.api.ours.v1.DeltaServiceGrpc.DeltaServiceImplBase;
import io.agentfense.api.ours.v1.DiffRequest;
import io.agentfense.api.ours.v1.DiffResponse;
import io.agentfense.api.ours.v1.DiscardRequest;
import io.agentfense.api.ours.v1.ForkRequest;
import io.agentfense.api.ours.v1.ListSnapshotsRequest;
import io.agentfense.api.ours.v1.ListSnapshotsResponse;
import io.agentfense.api.ours.v1.RollbackRequest;
import io.agentfense.api.ours.v1.SnapshotInfo;
import io.agentfense.api.ours.v1.SnapshotRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Deltas;
import io.agentfense.server.sandbox.Isolation;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SnapshotRecord;
import io.agentfense.workspace.delta.apply.Landed;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** {@code agentfense.v1.DeltaService}. Thread-safe. */
public final class DeltaRpc extends DeltaServiceImplBase {
    private final Door door;
    private final Deltas deltas;

    /** Over these deltas. */
    public DeltaRpc(Door door, Deltas deltas) {
        this.door = door;
        this.deltas = deltas;
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<DiffResponse> observer) {
        Call.answer(observer, () -> {
            SandboxRecord sandbox = door.sandbox(request.getSandboxId(), Verb.READ);
            refuseEvidence(sandbox);
            Deltas.Difference difference = deltas.diff(sandbox, request.getPatch());
            DiffResponse.Builder response =
                    DiffResponse.newBuilder().setPatch(UnsafeByteOperations.unsafeWrap(difference.patch()));
            difference.changes().forEach(change -> response.addChanges(message(change)));
            return response.build();
        });
    }

    /** What an isolated sandbox wrote is read by who may read everybody's, and not by its owner, who may be the attacker. */
    private static void refuseEvidence(SandboxRecord sandbox) throws Refusal {
        Optional<Isolation> isolation = Isolation.of(sandbox.labels());
        if (isolation.isPresent() && !Authorization.readsAll(Door.caller())) {
            throw isolation.get().refusal(sandbox.id());
        }
    }

    private static Change message(io.agentfense.workspace.delta.Change change) {
        return Change.newBuilder()
                .setPath("/" + change.path())
                .setKind(
                        switch (change.kind()) {
                            case ADDED -> Change.Kind.ADDED;
                            case MODIFIED, TOUCHED -> Change.Kind.MODIFIED;
                            case MODE -> Change.Kind.MODE_CHANGED;
                            case TYPE -> Change.Kind.TYPE_CHANGED;
                            case DELETED -> Change.Kind.DELETED;
                        })
                .setConflict(change.isBaseChanged())
                .build();
    }

    @Override
    public void commit(CommitRequest request, StreamObserver<CommitResponse> observer) {
        Call.answer(observer, () -> {
            SandboxRecord sandbox = door.sandbox(request.getSandboxId(), Verb.CHANGE);
            Landed landed = deltas.commit(
                    sandbox,
                    request.getPathsList(),
                    SandboxMessages.conflicts(request.getConflicts(), request.getConflictsValue()),
                    request.getDryRun());
            CommitResponse.Builder response = CommitResponse.newBuilder();
            landed.result().applied().forEach(change -> response.addLanded(message(change)));
            landed.overridden().forEach(conflict -> response.addConflicts("/" + conflict.path()));
            landed.result()
                    .refused()
                    .forEach(refusal ->
                            response.addRefused("/" + refusal.change().path()));
            return response.build();
        });
    }

    @Override
    public void discard(DiscardRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            deltas.discard(door.sandbox(request.getSandboxId(), Verb.CHANGE));
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotInfo> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.CHANGE);
            return message(deltas.snapshot(id, request.getName()));
        });
    }

    private static SnapshotInfo message(SnapshotRecord record) {
        return SnapshotInfo.newBuilder()
                .setId(record.id())
                .setName(record.name())
                .setCreatedAt(Times.of(record.createdAt()))
                .build();
    }

    @Override
    public void listSnapshots(ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.READ);
            ListSnapshotsResponse.Builder response = ListSnapshotsResponse.newBuilder();
            deltas.snapshots(id).forEach(record -> response.addSnapshots(message(record)));
            return response.build();
        });
    }

    @Override
    public void rollback(RollbackRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.CHANGE);
            Door.required(request.getSnapshotId(), "snapshot_id");
            deltas.rollback(id, request.getSnapshotId());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void fork(ForkRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.CHANGE);
            return SandboxMessages.of(deltas.fork(record, SandboxMessages.labels(request.getLabelsMap())));
        });
    }
}
