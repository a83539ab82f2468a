package io.agentfense.sandbox.limit;

import io.agentfense.linux.cgroup.Cgroups;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.event.SandboxEvents;
import io.agentfense.sandbox.guarded.GuardedSpec;
import io.agentfense.workspace.Workspace;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the counters of sandboxes twice a second and tells of limits that were reached: memory, processes, processor
 * time, descriptors, the delta. Those that use their quota of processor time up it has run together on few processors. One
 * thread serves all; a sandbox in which nothing ran costs it one small read. What is no counter but a state, all
 * descriptors taken, is missed if it is over before the next look. Thread-safe.
 */
public final class LimitWatch implements AutoCloseable {
    private static final long PERIOD_MILLIS = 500;

    private final Set<WatchedSandbox> watched = ConcurrentHashMap.newKeySet();
    private final ProcessorPacking packing = new ProcessorPacking(Cgroups.processors());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("limits").daemon().factory());

    private LimitWatch() {}

    /** Begins to watch, nobody yet. */
    public static LimitWatch start() {
        LimitWatch watch = new LimitWatch();
        var _ = watch.timer.scheduleWithFixedDelay(watch::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        return watch;
    }

    /**
     * Watches a sandbox until what is returned is closed, which has to be before the sandbox is.
     *
     * @param spec what it was started with
     * @param events who is told
     */
    public WatchedSandbox watch(Sandbox sandbox, GuardedSpec spec, Workspace workspace, SandboxEvents events) {
        WatchedSandbox one =
                new WatchedSandbox(this, sandbox.cgroup(), spec, workspace, packing, new LimitReports(events));
        watched.add(one);
        return one;
    }

    void forget(WatchedSandbox one) {
        watched.remove(one);
    }

    private void look() {
        watched.forEach(WatchedSandbox::look);
    }

    /** Looks no more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
