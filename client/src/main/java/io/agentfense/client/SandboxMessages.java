package io.agentfense.client;

import java.util.List;

/** Sandboxes and what they are made with, to and from messages. Stateless. */
final class SandboxMessages {
    private SandboxMessages() {}

    static SandboxInfo of(io.agentfense.api.v1.Sandbox sandbox) {
        return new SandboxInfo(
                sandbox.getId(),
                sandbox.getCodebaseId(),
                sandbox.getOwnerId(),
                status(sandbox),
                sandbox.getPermissionsList().stream().map(RuleMessages::of).toList(),
                sandbox.getLabelsMap(),
                of(sandbox.getResources()),
                runtime(sandbox),
                sandbox.getImage(),
                sandbox.getRoot(),
                Times.of(sandbox.getCreatedAt()),
                Times.of(sandbox.hasStartedAt(), sandbox.getStartedAt()),
                Times.of(sandbox.hasStoppedAt(), sandbox.getStoppedAt()),
                Times.of(sandbox.hasExpiresAt(), sandbox.getExpiresAt()),
                sandbox.getReason(),
                List.copyOf(sandbox.getDegradedList()));
    }

    private static SandboxStatus status(io.agentfense.api.v1.Sandbox sandbox) {
        return switch (sandbox.getStatus()) {
            case SANDBOX_STATUS_PENDING -> SandboxStatus.PENDING;
            case SANDBOX_STATUS_RUNNING -> SandboxStatus.RUNNING;
            case SANDBOX_STATUS_STOPPED -> SandboxStatus.STOPPED;
            case SANDBOX_STATUS_ERROR -> SandboxStatus.ERROR;
            case SANDBOX_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw Unknown.value("state of a sandbox", sandbox.getStatusValue());
        };
    }

    private static RuntimeType runtime(io.agentfense.api.v1.Sandbox sandbox) {
        return switch (sandbox.getRuntime()) {
            case RUNTIME_TYPE_BWRAP -> RuntimeType.BWRAP;
            case RUNTIME_TYPE_DOCKER -> RuntimeType.DOCKER;
            case RUNTIME_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                throw Unknown.value("runtime of a sandbox", sandbox.getRuntimeValue());
        };
    }

    static io.agentfense.api.v1.RuntimeType of(RuntimeType type) {
        return switch (type) {
            case BWRAP -> io.agentfense.api.v1.RuntimeType.RUNTIME_TYPE_BWRAP;
            case DOCKER -> io.agentfense.api.v1.RuntimeType.RUNTIME_TYPE_DOCKER;
        };
    }

    static io.agentfense.api.v1.ResourceLimits of(ResourceLimits limits) {
        return io.agentfense.api.v1.ResourceLimits.newBuilder()
                .setMemoryBytes(limits.memoryBytes())
                .setCpuQuota(limits.cpuQuota())
                .setCpuShares(limits.cpuShares())
                .setPidsLimit(limits.pidsLimit())
                .setDiskBytes(limits.diskBytes())
                .setNofile(limits.openFiles())
                .setOutputBytes(limits.outputBytes())
                .setMaxRuntime(limits.maxRuntime())
                .build();
    }

    private static ResourceLimits of(io.agentfense.api.v1.ResourceLimits limits) {
        return new ResourceLimits(
                limits.getMemoryBytes(),
                limits.getCpuQuota(),
                limits.getCpuShares(),
                limits.getPidsLimit(),
                limits.getDiskBytes(),
                limits.getNofile(),
                limits.getOutputBytes(),
                limits.getMaxRuntime());
    }

    static io.agentfense.api.v1.CommitMode of(CommitMode mode) {
        return switch (mode) {
            case ON_EXEC -> io.agentfense.api.v1.CommitMode.COMMIT_MODE_ON_EXEC;
            case ON_STOP -> io.agentfense.api.v1.CommitMode.COMMIT_MODE_ON_STOP;
            case MANUAL -> io.agentfense.api.v1.CommitMode.COMMIT_MODE_MANUAL;
        };
    }

    static io.agentfense.api.v1.ConflictMode of(ConflictMode mode) {
        return switch (mode) {
            case LAST_WRITER -> io.agentfense.api.v1.ConflictMode.CONFLICT_MODE_LAST_WRITER;
            case FAIL -> io.agentfense.api.v1.ConflictMode.CONFLICT_MODE_FAIL;
        };
    }
}
