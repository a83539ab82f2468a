package io.agentfense.server.rpc;

import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.ConflictMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartPhase;
import io.agentfense.server.sandbox.NewSandbox;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.RuntimeKind;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxState;
import java.util.Map;
import java.util.Optional;

/** Sandboxes as messages, there and back. Stateless. */
final class SandboxMessages {
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_LABEL = 256;

    private SandboxMessages() {}

    static Sandbox of(SandboxRecord record) {
        Sandbox.Builder message = Sandbox.newBuilder()
                .setId(record.id())
                .setCodebaseId(record.codebaseId())
                .setStatus(status(record.state()))
                .putAllLabels(record.labels())
                .setCreatedAt(Times.of(record.createdAt()))
                .setRuntime(runtime(record.runtime()))
                .setImage(record.image())
                .setRoot(record.root())
                .setOwnerId(record.ownerId())
                .setReason(record.reason())
                .setCommit(commit(record.commit()))
                .setConflicts(conflicts(record.conflicts()))
                .addAllDegraded(record.degraded());
        record.rules().forEach(rule -> message.addPermissions(Rules.of(rule)));
        record.startedAt().ifPresent(time -> message.setStartedAt(Times.of(time)));
        record.stoppedAt().ifPresent(time -> message.setStoppedAt(Times.of(time)));
        record.expiresAt().ifPresent(time -> message.setExpiresAt(Times.of(time)));
        record.startPhases()
                .forEach((name, duration) -> message.addStartPhases(
                        StartPhase.newBuilder().setName(name).setDuration(Times.of(duration))));
        if (!record.resources().equals(Resources.NONE)) {
            message.setResources(limits(record.resources()));
        }
        return message.build();
    }

    static NewSandbox of(CreateSandboxRequest request, String owner) throws Refusal {
        return new NewSandbox(
                request.getCodebaseId(),
                owner,
                Rules.of(request.getPreset(), request.getPermissionsList()),
                labels(request.getLabelsMap()),
                Times.of(request.hasExpiresIn(), request.getExpiresIn(), "expires_in"),
                runtime(request.getRuntime(), request.getRuntimeValue()),
                request.getImage(),
                request.getRoot(),
                resources(request.getResources()),
                commit(request.getCommit(), request.getCommitValue()),
                conflicts(request.getConflicts(), request.getConflictsValue()));
    }

    static Map<String, String> labels(Map<String, String> labels) throws Refusal {
        if (labels.size() > MOST_LABELS) {
            throw new Refusal(Kind.INVALID, "labels: at most " + MOST_LABELS);
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (label.getKey().isEmpty()
                    || label.getKey().length() > LONGEST_LABEL
                    || label.getValue().length() > LONGEST_LABEL
                    || label.getKey().indexOf(0) >= 0
                    || label.getValue().indexOf(0) >= 0) {
                throw new Refusal(
                        Kind.INVALID, "labels: names and values have at most " + LONGEST_LABEL + " characters, no NUL");
            }
        }
        return labels;
    }

    private static Resources resources(ResourceLimits limits) throws Refusal {
        refuseNegative(limits.getMemoryBytes(), "memory_bytes");
        refuseNegative(limits.getCpuQuota(), "cpu_quota");
        refuseNegative(limits.getCpuShares(), "cpu_shares");
        refuseNegative(limits.getPidsLimit(), "pids_limit");
        refuseNegative(limits.getDiskBytes(), "disk_bytes");
        refuseNegative(limits.getNofile(), "nofile");
        refuseNegative(limits.getOutputBytes(), "output_bytes");
        refuseNegative(limits.getMaxRuntime(), "max_runtime");
        return new Resources(
                limits.getMemoryBytes(),
                limits.getCpuQuota(),
                limits.getCpuShares(),
                limits.getPidsLimit(),
                limits.getDiskBytes(),
                limits.getNofile(),
                limits.getOutputBytes(),
                limits.getMaxRuntime());
    }

    private static void refuseNegative(long value, String field) throws Refusal {
        if (value < 0) {
            throw new Refusal(Kind.INVALID, "resources." + field + " must not be negative; 0 is the default");
        }
    }

    private static ResourceLimits limits(Resources resources) {
        return ResourceLimits.newBuilder()
                .setMemoryBytes(resources.memoryBytes())
                .setCpuQuota(resources.cpuQuota())
                .setCpuShares(resources.cpuShares())
                .setPidsLimit(resources.pidsLimit())
                .setDiskBytes(resources.diskBytes())
                .setNofile(resources.nofile())
                .setOutputBytes(resources.outputBytes())
                .setMaxRuntime(resources.maxRuntime())
                .build();
    }

    private static SandboxStatus status(SandboxState state) {
        return switch (state) {
            case PENDING -> SandboxStatus.SANDBOX_STATUS_PENDING;
            case RUNNING -> SandboxStatus.SANDBOX_STATUS_RUNNING;
            case STOPPED -> SandboxStatus.SANDBOX_STATUS_STOPPED;
            case ERROR -> SandboxStatus.SANDBOX_STATUS_ERROR;
        };
    }

    static Optional<SandboxState> state(SandboxStatus status, int value) throws Refusal {
        return switch (status) {
            case SANDBOX_STATUS_UNSPECIFIED -> Optional.empty();
            case SANDBOX_STATUS_PENDING -> Optional.of(SandboxState.PENDING);
            case SANDBOX_STATUS_RUNNING -> Optional.of(SandboxState.RUNNING);
            case SANDBOX_STATUS_STOPPED -> Optional.of(SandboxState.STOPPED);
            case SANDBOX_STATUS_ERROR -> Optional.of(SandboxState.ERROR);
            case UNRECOGNIZED -> throw unknown("status", value);
        };
    }

    private static RuntimeType runtime(RuntimeKind kind) {
        return switch (kind) {
            case BWRAP -> RuntimeType.RUNTIME_TYPE_BWRAP;
            case DOCKER -> RuntimeType.RUNTIME_TYPE_DOCKER;
        };
    }

    private static Optional<RuntimeKind> runtime(RuntimeType type, int value) throws Refusal {
        return switch (type) {
            case RUNTIME_TYPE_UNSPECIFIED -> Optional.empty();
            case RUNTIME_TYPE_BWRAP -> Optional.of(RuntimeKind.BWRAP);
            case RUNTIME_TYPE_DOCKER -> Optional.of(RuntimeKind.DOCKER);
            case UNRECOGNIZED -> throw unknown("runtime", value);
        };
    }

    private static CommitMode commit(io.agentfense.server.store.CommitMode mode) {
        return switch (mode) {
            case ON_EXEC -> CommitMode.COMMIT_MODE_ON_EXEC;
            case ON_STOP -> CommitMode.COMMIT_MODE_ON_STOP;
            case MANUAL -> CommitMode.COMMIT_MODE_MANUAL;
        };
    }

    private static Optional<io.agentfense.server.store.CommitMode> commit(CommitMode mode, int value) throws Refusal {
        return switch (mode) {
            case COMMIT_MODE_UNSPECIFIED -> Optional.empty();
            case COMMIT_MODE_ON_EXEC -> Optional.of(io.agentfense.server.store.CommitMode.ON_EXEC);
            case COMMIT_MODE_ON_STOP -> Optional.of(io.agentfense.server.store.CommitMode.ON_STOP);
            case COMMIT_MODE_MANUAL -> Optional.of(io.agentfense.server.store.CommitMode.MANUAL);
            case UNRECOGNIZED -> throw unknown("commit", value);
        };
    }

    private static ConflictMode conflicts(io.agentfense.server.store.ConflictMode mode) {
        return switch (mode) {
            case LAST_WRITER -> ConflictMode.CONFLICT_MODE_LAST_WRITER;
            case FAIL -> ConflictMode.CONFLICT_MODE_FAIL;
        };
    }

    static Optional<io.agentfense.server.store.ConflictMode> conflicts(ConflictMode mode, int value) throws Refusal {
        return switch (mode) {
            case CONFLICT_MODE_UNSPECIFIED -> Optional.empty();
            case CONFLICT_MODE_LAST_WRITER -> Optional.of(io.agentfense.server.store.ConflictMode.LAST_WRITER);
            case CONFLICT_MODE_FAIL -> Optional.of(io.agentfense.server.store.ConflictMode.FAIL);
            case UNRECOGNIZED -> throw unknown("conflicts", value);
        };
    }

    private static Refusal unknown(String field, int value) {
        return new Refusal(Kind.INVALID, field + ": unknown value " + value);
    }
}
