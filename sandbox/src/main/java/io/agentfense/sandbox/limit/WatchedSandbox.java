package io.agentfense.sandbox.limit;

import io.agentfense.linux.cgroup.Cgroup;
import io.agentfense.linux.cgroup.ResourceLimits;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.sandbox.guarded.GuardedSpec;
import io.agentfense.workspace.Workspace;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The counters of one sandbox, and what they said last. Thread-safe. */
public final class WatchedSandbox implements AutoCloseable {
    private static final long MICROS_PER_PERIOD = 100_000;

    private final LimitWatch watch;
    private final Cgroup cgroup;
    private final GuardedSpec spec;
    private final Workspace workspace;
    private final LimitReports reports;
    private final Optional<QuotaWatch> quota;
    private final OpenFiles openFiles;
    private long cpuMicros = -1;
    private long memoryKills;
    private long refusedProcesses;
    private long refusedWrites;
    private boolean closed;

    WatchedSandbox(
            LimitWatch watch,
            Cgroup cgroup,
            GuardedSpec spec,
            Workspace workspace,
            ProcessorPacking packing,
            LimitReports reports) {
        this.watch = watch;
        this.cgroup = cgroup;
        this.spec = spec;
        this.workspace = workspace;
        this.reports = reports;
        OptionalDouble cpus = spec.limits().cpus();
        quota = cpus.isEmpty()
                ? Optional.empty()
                : Optional.of(new QuotaWatch(cgroup, cpus.getAsDouble(), packing, System.nanoTime()));
        openFiles = new OpenFiles(spec.openFiles());
    }

    /** Where to tell of limits that no counter shows. */
    public LimitReports reports() {
        return reports;
    }

    /** Looks at the counters now, for who wants to know of what has just happened. */
    public synchronized void look() {
        if (!closed) {
            lookAtDelta();
            boolean ran = hasRunSinceLast();
            quota.ifPresent(this::lookAtProcessorTime);
            if (ran) {
                lookAtGroup();
            }
            reports.tellDue();
        }
    }

    /** Where nothing ran nothing else can have changed, and most sandboxes sleep most of the time. */
    private boolean hasRunSinceLast() {
        OptionalLong micros = cgroup.cpuMicros();
        boolean same = micros.isPresent() && micros.getAsLong() == cpuMicros;
        cpuMicros = micros.orElse(-1);
        return !same;
    }

    private void lookAtDelta() {
        long refused = workspace.deltaRefusals();
        if (refused > refusedWrites) {
            reports.reached(Resource.DISK, spec.deltaLimit(), workspace.deltaBytes(), refused - refusedWrites);
            refusedWrites = refused;
        }
    }

    private void lookAtGroup() {
        ResourceLimits limits = spec.limits();
        // A counter that can't be read says 0.
        long kills = cgroup.outOfMemoryKills();
        if (kills > memoryKills) {
            long limit = limits.memoryBytes().orElse(0);
            long peak = cgroup.usage().peakMemoryBytes().orElse(limit);
            reports.reached(Resource.MEMORY, limit, peak, kills - memoryKills);
            memoryKills = kills;
        }
        long refused = cgroup.refusedProcesses();
        if (refused > refusedProcesses) {
            int limit = limits.processes().orElse(0);
            reports.reached(Resource.PROCESSES, limit, limit, refused - refusedProcesses);
            refusedProcesses = refused;
        }
        int full = openFiles.newlyFull(cgroup.processes());
        if (full > 0) {
            reports.reached(Resource.OPEN_FILES, spec.openFiles(), spec.openFiles(), full);
        }
    }

    private void lookAtProcessorTime(QuotaWatch quota) {
        long usedUp = quota.look(Math.max(cpuMicros, 0), System.nanoTime());
        if (usedUp > 0) {
            long micros = Math.round(spec.limits().cpus().orElse(0) * MICROS_PER_PERIOD);
            reports.reached(Resource.CPU, micros, micros, usedUp);
        }
    }

    /** Looks for the last time, and tells all that is left. To be called before the sandbox is closed. */
    @Override
    public void close() {
        look();
        synchronized (this) {
            closed = true;
            quota.ifPresent(QuotaWatch::close);
        }
        watch.forget(this);
        reports.tellAll();
    }
}
