package io.agentfense.server.sandbox;

import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.linux.cgroup.Cgroups;
import io.agentfense.linux.cgroup.ResourceLimits;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.sandbox.event.SandboxEvents;
import io.agentfense.sandbox.guarded.GuardedSandbox;
import io.agentfense.sandbox.guarded.GuardedSandbox.Phase;
import io.agentfense.sandbox.guarded.GuardedSpec;
import io.agentfense.sandbox.limit.LimitWatch;
import io.agentfense.sandbox.limit.WatchedSandbox;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.codebase.Codebases;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.RuntimeKind;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxTable;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.live.LiveDelta;
import io.agentfense.workspace.live.RestingDelta;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes running sandboxes of records, and drops what they leave on disk. Thread-safe. */
public final class Starter {
    private static final Logger LOG = LoggerFactory.getLogger(Starter.class);
    private static final double MICROSECONDS_PER_PERIOD = 100_000;
    private static final int LEAST_OPEN_FILES = 16;

    /** An eighth of the usual weight. */
    private static final int YIELDING_SHARES = 128;

    private static final int MOST_OPEN_FILES = 1_048_576;

    private final Codebases codebases;
    private final SandboxTable table;
    private final DeltaStore deltas;
    private final Runtimes runtimes;
    private final LiveMounts mounts;
    private final EventLog eventLog;
    private final DenialLog denialLog;
    private final LimitWatch limitWatch;
    private final NetworkAccess networks;
    private final SecretGuard secrets;
    private final Supplier<ServerConfig> config;
    private final Tracer tracer;

    /** With the parts of this machine. */
    public Starter(
            Codebases codebases,
            SandboxTable table,
            DeltaStore deltas,
            Runtimes runtimes,
            LiveMounts mounts,
            EventLog eventLog,
            DenialLog denialLog,
            LimitWatch limitWatch,
            NetworkAccess networks,
            SecretGuard secrets,
            Supplier<ServerConfig> config,
            Tracer tracer) {
        this.codebases = codebases;
        this.table = table;
        this.deltas = deltas;
        this.runtimes = runtimes;
        this.mounts = mounts;
        this.eventLog = eventLog;
        this.denialLog = denialLog;
        this.limitWatch = limitWatch;
        this.networks = networks;
        this.secrets = secrets;
        this.config = config;
        this.tracer = tracer;
    }

    /**
     * What a start brought.
     *
     * @param phases how long its steps took
     * @param degraded keys of limits that can't be enforced
     */
    record Started(RunningSandbox running, List<Phase> phases, List<String> degraded) {}

    /**
     * Starts a sandbox on its own delta, which is made if it has none yet. If that fails nothing of it runs. A limit
     * that can't be enforced is a failure, unless degraded starts are allowed.
     *
     * @param deltaBytes the most that the delta may hold; 0 for no limit
     * @throws FoundSecrets if its codebase has files with secrets and it may not start with them
     */
    Started start(SandboxRecord record, long deltaBytes) throws IOException {
        try (Step step = tracer.begin("sandbox.start")) {
            step.with("agentfense.sandbox.id", record.id());
            Started started = startParts(record, deltaBytes);
            step.done();
            return started;
        }
    }

    private Started startParts(SandboxRecord record, long deltaBytes) throws IOException {
        long began = System.nanoTime();
        Path base = directory(record);
        Withholding withholding = secrets.begin(record, base);
        boolean started = false;
        try {
            List<Rule> rules = withholding.over(record.rules());
            List<Phase> phases = new ArrayList<>();
            if (withholding.isLooking()) {
                phases.add(new Phase("secrets", Duration.ofNanos(System.nanoTime() - began)));
            }
            Started result = start(record, deltaBytes, base, rules, withholding, phases);
            started = true;
            withholding.begin(result.running());
            return result;
        } finally {
            if (!started) {
                secrets.end(record.id(), withholding);
            }
        }
    }

    private Started start(
            SandboxRecord record,
            long deltaBytes,
            Path base,
            List<Rule> rules,
            Withholding withholding,
            List<Phase> phases)
            throws IOException {
        long began = System.nanoTime();
        Delta delta = delta(record, base);
        phases.add(new Phase("delta", Duration.ofNanos(System.nanoTime() - began)));
        trace(phases);
        SandboxEvents events = eventLog.of(record);
        try {
            if (!delta.meta().rules().equals(rules)) {
                delta.update(delta.meta().withRules(rules));
            }
            SandboxCredentials credentials = networks.credentials(record);
            ResourceLimits wanted = limits(record.resources());
            // An engine may have control groups that this process has not, and says itself what it can't enforce.
            boolean lessWillDo = config.get().sandbox().allowDegraded() && record.runtime() == RuntimeKind.BWRAP;
            ResourceLimits held = lessWillDo ? Cgroups.enforceable(wanted) : wanted;
            GuardedSpec spec = GuardedSpec.of(base, compile(rules))
                    .withLiveRules()
                    .withTrust(credentials.files())
                    .withOpenFiles(openFiles(record.resources()))
                    .withLimits(yielding(held), deltaBytes == 0 ? Long.MAX_VALUE : deltaBytes);
            SandboxRuntime runtime = runtimes.of(record, waiting -> tell(record.id(), waiting));
            GuardedSandbox<LiveDelta> guarded = GuardedSandbox.start(
                    runtime, mounts, spec, (options, place) -> LiveDelta.mount(deltas, delta, options, place));
            trace(guarded.phases());
            connect(record, guarded, credentials, events);
            WatchedSandbox watched = limitWatch.watch(
                    guarded.sandbox(), spec, guarded.workspace().workspace(), events);
            RunningSandbox running =
                    new RunningSandbox(record, guarded, watched, credentials, rules, secrets, withholding);
            denialLog.listenTo(running);
            phases.addAll(guarded.phases());
            return new Started(running, phases, missing(wanted, held));
        } catch (IOException | RuntimeException e) {
            delta.close();
            if (isNew(delta, record)) {
                drop(record.id(), delta.id());
            }
            throw e;
        }
    }

    /** Phases that followed one upon the other until now. */
    private void trace(List<Phase> phases) {
        Duration ago = Duration.ZERO;
        for (Phase phase : phases.reversed()) {
            tracer.past("sandbox.start." + phase.name(), ago, phase.duration());
            ago = ago.plus(phase.duration());
        }
    }

    private void connect(
            SandboxRecord record,
            GuardedSandbox<LiveDelta> guarded,
            SandboxCredentials credentials,
            SandboxEvents events)
            throws IOException {
        try {
            networks.attach(record, guarded.sandbox(), credentials, events);
        } catch (IOException | RuntimeException e) {
            guarded.close();
            throw e;
        }
    }

    /** Gives a sandbox whose network was cut one of its policy as it is now. */
    void reconnect(RunningSandbox running) throws IOException {
        networks.attach(running.record(), running.sandbox(), running.credentials(), eventLog.of(running.record()));
    }

    /** A start can wait long for an image; who looks at the sandbox meanwhile sees for what. */
    private void tell(String id, String waiting) {
        LOG.info("sandbox {}: {}", id, waiting);
        table.say(id, waiting);
    }

    /**
     * A sandbox with a limit on processor time and no weight of its own lets the server and the host go first, or what
     * it may use of a processor would delay every command of others that is only just waking.
     */
    private static ResourceLimits yielding(ResourceLimits limits) {
        boolean yields = limits.cpus().isPresent() && limits.cpuShares().isEmpty();
        return yields ? limits.withCpuShares(YIELDING_SHARES) : limits;
    }

    private static List<String> missing(ResourceLimits wanted, ResourceLimits held) {
        List<String> missing = new ArrayList<>();
        if (!wanted.memoryBytes().equals(held.memoryBytes())) {
            missing.add("memory_bytes");
        }
        if (!wanted.cpus().equals(held.cpus())) {
            missing.add("cpu_quota");
        }
        if (!wanted.cpuShares().equals(held.cpuShares())) {
            missing.add("cpu_shares");
        }
        if (!wanted.processes().equals(held.processes())) {
            missing.add("pids_limit");
        }
        return missing;
    }

    /** Opens the delta of a sandbox that does not run and is not started meanwhile. */
    RestingDelta rest(SandboxRecord record) throws IOException {
        Delta delta = delta(record, directory(record));
        if (isNew(delta, record)) {
            table.setDelta(record.id(), delta.id());
        }
        return new RestingDelta(deltas, delta);
    }

    /** Whether the store does not know yet that a sandbox has this delta. */
    private static boolean isNew(Delta delta, SandboxRecord record) {
        return !record.deltaId().equals(Optional.of(delta.id()));
    }

    private Path directory(SandboxRecord record) throws IOException {
        try {
            return codebases.directory(codebases.get(record.codebaseId()));
        } catch (CodebaseException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The sandbox's delta, or a new one, which nobody has written down yet. */
    private Delta delta(SandboxRecord record, Path base) throws IOException {
        if (record.deltaId().isPresent()) {
            try {
                return deltas.open(record.deltaId().get());
            } catch (DeltaException e) {
                if (e.reason() != DeltaException.Reason.NOT_FOUND) {
                    throw e;
                }
                // Everything in it was committed, and an empty delta is removed.
                LOG.debug("sandbox {} begins a new delta", record.id());
            }
        }
        return deltas.create(base.toString(), record.rules(), List.of(record.id()));
    }

    private static Policy compile(List<Rule> rules) throws IOException {
        try {
            return Policy.compile(rules);
        } catch (PolicyException e) {
            throw new IOException("permissions: " + e.getMessage(), e);
        }
    }

    /**
     * Limits as control groups have them.
     *
     * @throws IllegalArgumentException for those under which nothing could start
     */
    static ResourceLimits limits(Resources resources) {
        ResourceLimits limits = ResourceLimits.NONE;
        if (resources.memoryBytes() > 0) {
            limits = limits.withMemory(resources.memoryBytes());
        }
        if (resources.cpuQuota() > 0) {
            limits = limits.withCpus(resources.cpuQuota() / MICROSECONDS_PER_PERIOD);
        }
        if (resources.pidsLimit() > 0) {
            limits = limits.withProcesses((int) Math.min(resources.pidsLimit(), Integer.MAX_VALUE));
        }
        if (resources.cpuShares() > 0) {
            limits = limits.withCpuShares((int) Math.min(resources.cpuShares(), Integer.MAX_VALUE));
        }
        return limits;
    }

    /**
     * How many descriptors a process may have open.
     *
     * @throws IllegalArgumentException for fewer than a program needs, or more than the kernel gives
     */
    static int openFiles(Resources resources) {
        long wanted = resources.nofile();
        if (wanted == 0) {
            return SandboxSpec.DEFAULT_OPEN_FILES;
        }
        if (wanted < LEAST_OPEN_FILES || wanted > MOST_OPEN_FILES) {
            throw new IllegalArgumentException(
                    "the limit on open files must be " + LEAST_OPEN_FILES + " to " + MOST_OPEN_FILES);
        }
        return (int) wanted;
    }

    /** Has the next commit of a sandbox that does not run judged by other rules. */
    void changeRules(SandboxRecord record, List<Rule> rules) throws IOException {
        if (record.deltaId().isEmpty()) {
            return;
        }
        try (Delta delta = deltas.open(record.deltaId().get())) {
            delta.update(delta.meta().withRules(rules));
        } catch (DeltaException e) {
            if (e.reason() != DeltaException.Reason.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Drops what there is of a sandbox that does not run, and never will: its delta and its events. */
    void drop(SandboxRecord record) {
        eventLog.forget(record.id());
        secrets.forget(record.id());
        record.deltaId().ifPresent(delta -> drop(record.id(), delta));
    }

    /** Drops a delta that no sandbox has yet. */
    void drop(String delta) {
        drop("", delta);
    }

    private void drop(String sandboxId, String delta) {
        try {
            deltas.discard(delta);
        } catch (IOException e) {
            if (e instanceof DeltaException absent && absent.reason() == DeltaException.Reason.NOT_FOUND) {
                LOG.debug("delta {} of sandbox {} is not there", delta, sandboxId, e);
            } else {
                LOG.warn("delta {} of sandbox {} can't be dropped; the next start drops it", delta, sandboxId, e);
            }
        }
    }
}
