package io.agentfense.sandbox.guarded;

import io.agentfense.linux.Mounts;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.workspace.Mounted;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox over a guarded codebase: the user, the mount point, the workspace and the processes, in this order, and closed
 * the other way round. Thread-safe.
 *
 * @param <W> what the workspace is mounted as
 */
public final class GuardedSandbox<W extends Mounted> implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Phase> phases = new ArrayList<>();
    private long phaseBegan = System.nanoTime();
    private @Nullable Sandbox sandbox;
    private @Nullable W workspace;

    private GuardedSandbox() {}

    /**
     * A step of a start.
     *
     * @param name "user", "mount", "processes" or "canary"
     * @param duration how long it took
     */
    public record Phase(String name, Duration duration) {}

    /** Mounts a workspace: itself, or as part of more. */
    @FunctionalInterface
    public interface Mounter<W extends Mounted> {
        /**
         * Mounts it.
         *
         * @param options of a workspace over the codebase, direct until a delta is put over it
         */
        W mount(WorkspaceOptions options, String mountpoint) throws IOException;
    }

    /**
     * Starts one, and has it shown from inside that what must be withheld is; if that fails, nothing is left.
     *
     * @param mounter what it mounts is closed with the sandbox
     * @throws IOException if a part is refused, with what is missing
     */
    public static <W extends Mounted> GuardedSandbox<W> start(
            SandboxRuntime runtime, LiveMounts mounts, GuardedSpec spec, Mounter<W> mounter) throws IOException {
        GuardedSandbox<W> made = new GuardedSandbox<>();
        try {
            made.build(runtime, mounts, spec, mounter);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void build(SandboxRuntime runtime, LiveMounts mounts, GuardedSpec spec, Mounter<W> mounter)
            throws IOException {
        HostUser user = keep(runtime.user());
        MountPlace place = keep(MountPlace.make(mounts, user));
        done("user");
        Owner owner = new Owner((int) user.uid(), (int) user.gid());
        WorkspaceOptions wanted = WorkspaceOptions.direct(spec.base().toString(), spec.policy(), owner)
                .withDeltaLimit(spec.deltaLimit())
                .withStrictOpen(spec.strictOpen())
                .withOthers(Mounts.privileged());
        W mounted = keep(mounter.mount(
                spec.liveRules() ? wanted.withLiveRules() : wanted, place.path().toString()));
        workspace = mounted;
        done("mount");
        Sandbox started = keep(runtime.start(SandboxSpec.of(place.path(), user)
                .withLimits(spec.limits())
                .withOpenFiles(spec.openFiles())
                .withTrust(spec.trust())));
        sandbox = started;
        done("processes");
        Canary.send(started, spec.base(), spec.policy());
        mounted.workspace().denials().forget();
        done("canary");
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private void done(String phase) {
        long now = System.nanoTime();
        phases.add(new Phase(phase, Duration.ofNanos(now - phaseBegan)));
        phaseBegan = now;
    }

    /** Its processes. */
    public Sandbox sandbox() {
        return Objects.requireNonNull(sandbox, "started");
    }

    /** What they see of the codebase. */
    public W workspace() {
        return Objects.requireNonNull(workspace, "started");
    }

    /** How long the steps of the start took, in their order. */
    public List<Phase> phases() {
        return Collections.unmodifiableList(phases);
    }

    /**
     * Ends all processes, unmounts, and gives everything back. Idempotent.
     *
     * @throws IOException if something could not be cleaned up; the rest was
     */
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
