package io.agentfense.cli;

import io.agentfense.linux.Mounts;
import io.agentfense.policy.Policy;
import io.agentfense.sandbox.BwrapRuntime;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.workspace.Denials;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.Delta;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox over a codebase, without any server: the user, the mount point, the workspace and the processes, in this
 * order, and closed the other way round. Not thread-safe but for {@link #close}, which a shutdown may call.
 */
final class LocalSandbox implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable Sandbox sandbox;
    private @Nullable Workspace workspace;

    private LocalSandbox() {}

    /** Starts it; if that fails, nothing is left. */
    static LocalSandbox start(BwrapRuntime runtime, Path base, Policy policy, Delta delta, SandboxOptions options)
            throws IOException {
        LocalSandbox made = new LocalSandbox();
        try {
            made.build(runtime, base, policy, delta, options);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void build(BwrapRuntime runtime, Path base, Policy policy, Delta delta, SandboxOptions options)
            throws IOException {
        HostUser user = keep(HostUser.acquire());
        LiveMounts mounts = LiveMounts.open();
        for (Path dead : mounts.sweep()) {
            System.err.println("agentfense: cleared the mount that a killed process left at " + dead);
        }
        RunMount mount = keep(RunMount.make(mounts, user));
        Owner owner = new Owner((int) user.uid(), (int) user.gid());
        WorkspaceOptions wanted = WorkspaceOptions.direct(base.toString(), policy, owner)
                .over(delta.roots(), delta.origins()::record)
                .withDeltaLimit(options.deltaLimit())
                .withStrictOpen(options.strictOpen())
                .withOthers(Mounts.privileged());
        workspace = keep(Workspace.mount(wanted, mount.path().toString()));
        sandbox = keep(runtime.start(SandboxSpec.of(mount.path(), user).withLimits(options.limits())));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    Sandbox sandbox() {
        return Objects.requireNonNull(sandbox, "started");
    }

    Denials denials() {
        return Objects.requireNonNull(workspace, "started").denials();
    }

    @Override
    public synchronized void close() throws IOException {
        IOException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failure = new IOException("cleaning up: " + e.getMessage(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
