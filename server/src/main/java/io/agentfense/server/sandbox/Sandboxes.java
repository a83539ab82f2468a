package io.agentfense.server.sandbox;

import io.agentfense.policy.Rule;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Page;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.SandboxFilter;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxState;
import io.agentfense.workspace.live.DeltaOperations;
import io.agentfense.workspace.live.RestingDelta;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sandboxes: their records in the store and, of those that run, their parts. Thread-safe; work on one sandbox never
 * waits for another's.
 */
public final class Sandboxes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

    private final Database database;
    private final Starter starter;
    private final Commits commits;
    private final DeltaQuota deltaQuota;
    private final Activity activity;
    private final Trail trail;
    private final InstantSource clock;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final WorkspaceCounts counts = new WorkspaceCounts();
    private final Overtime overtime = new Overtime();
    private final List<StopListener> listeners = new ArrayList<>();
    private volatile boolean closed;

    /** Called when a sandbox no longer runs, so that what lived in it is closed too. */
    @FunctionalInterface
    public interface StopListener {
        /** The sandbox has stopped, for this reason. */
        void stopped(String sandboxId, String reason);
    }

    /**
     * For the sandboxes of one store.
     *
     * @param deltaLimit bytes that one user's deltas may hold together, asked each time; 0 for no limit
     * @param activity hears of each start
     * @param trail where each change of a sandbox's state is written down
     */
    public Sandboxes(
            Database database,
            Starter starter,
            Commits commits,
            LongSupplier deltaLimit,
            Activity activity,
            Trail trail,
            InstantSource clock) {
        this.database = database;
        this.starter = starter;
        this.commits = commits;
        deltaQuota = new DeltaQuota(deltaLimit);
        this.activity = activity;
        this.trail = trail;
        this.clock = clock;
    }

    /** Tells somebody of each stop from now on. To be called before the first start. */
    public void onStop(StopListener listener) {
        listeners.add(listener);
    }

    /**
     * A sandbox's record.
     *
     * @throws Refusal NOT_FOUND
     */
    public SandboxRecord get(String id) throws Refusal {
        return database.sandboxes().find(id).orElseThrow(Refusal::noSandbox);
    }

    /** A part of a listing, in the order of creation. */
    public Page<SandboxRecord> list(SandboxFilter filter, PageRequest request) {
        return database.sandboxes().list(filter, request);
    }

    /** What is done to a sandbox that nobody starts, stops or destroys meanwhile. */
    @FunctionalInterface
    interface Step<T, E extends Exception> {
        T on(SandboxRecord record, Slot slot) throws Refusal, E;
    }

    <T, E extends Exception> T alone(String id, Step<T, E> step) throws Refusal, E {
        Slot slot = slots.computeIfAbsent(id, _ -> new Slot());
        slot.lifecycle.lock();
        try {
            Optional<SandboxRecord> record = database.sandboxes().find(id);
            if (record.isEmpty()) {
                slots.remove(id, slot);
                throw Refusal.noSandbox();
            }
            return step.on(record.get(), slot);
        } finally {
            slot.lifecycle.unlock();
        }
    }

    /**
     * Starts a sandbox that does not run.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it runs or is isolated, FAILED with what is missing; its state is ERROR then
     */
    public SandboxRecord start(String id) throws Refusal {
        trail.check();
        return alone(id, (record, slot) -> {
            if (record.state() == SandboxState.RUNNING && isAlive(slot.running)) {
                throw new Refusal(Kind.PRECONDITION, "sandbox is already running");
            }
            refuseIfIsolated(record);
            if (closed) {
                throw new Refusal(Kind.FAILED, "the server is stopping");
            }
            startLocked(withoutDead(record, slot), slot);
            if (closed) {
                // It began before the end did, which has passed it by.
                end(get(id), slot, SandboxState.STOPPED, "the server stopped");
            }
            return get(id);
        });
    }

    private static boolean isAlive(@Nullable RunningSandbox running) {
        return running != null && running.isAlive();
    }

    private void startLocked(SandboxRecord record, Slot slot) throws Refusal {
        long began = System.nanoTime();
        try {
            Starter.Started started =
                    starter.start(record, deltaQuota.of(record.resources().diskBytes()));
            note(record, started);
            slot.running = started.running();
            limitRuntime(record, slot, started.running());
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            activity.started(took, phases(started));
            trail.record(AuditEvents.started(record, clock.instant(), took, started.degraded()));
        } catch (IOException e) {
            activity.startFailed(Duration.ofNanos(System.nanoTime() - began));
            LOG.warn("sandbox {} does not start", record.id(), e);
            String reason = "failed to start sandbox: " + e.getMessage();
            move(record, SandboxState.ERROR, reason);
            trail.note(AuditEvents.startFailed(record, clock.instant(), reason));
            throw new Refusal(e instanceof FoundSecrets ? Kind.PRECONDITION : Kind.FAILED, reason, e);
        }
    }

    /** Ends it when its time is up, which begins anew. The caller holds the slot's lock. */
    void limitRuntime(SandboxRecord record, Slot slot, RunningSandbox running) {
        long seconds = record.resources().maxRuntime();
        if (seconds > 0) {
            slot.forgetTime();
            slot.overtime = overtime.after(Duration.ofSeconds(seconds), () -> endOvertime(running, seconds));
        }
    }

    private void endOvertime(RunningSandbox overdue, long seconds) {
        try {
            alone(overdue.id(), (record, slot) -> {
                if (slot.running == overdue && !overdue.isIsolated()) {
                    String reason = "it ran for " + seconds + " s, the most that its max_runtime allows";
                    overdue.watched().reports().reached(Resource.RUNTIME, seconds, seconds, 1);
                    end(record, slot, SandboxState.STOPPED, reason);
                }
                return record;
            });
        } catch (Refusal e) {
            LOG.debug("sandbox {} went by itself", overdue.id(), e);
        }
    }

    private static Map<String, Duration> phases(Starter.Started started) {
        Map<String, Duration> phases = new LinkedHashMap<>();
        started.phases().forEach(phase -> phases.put(phase.name(), phase.duration()));
        return phases;
    }

    /** A start that can't be written down did not happen. */
    private void note(SandboxRecord record, Starter.Started started) {
        String delta = started.running().delta().id();
        boolean noted = false;
        try {
            noted = database.sandboxes()
                    .started(record.id(), record.state(), delta, phases(started), started.degraded(), clock.instant());
        } finally {
            if (!noted) {
                closeQuietly(started.running());
            }
        }
        if (!noted) {
            throw new IllegalStateException("sandbox " + record.id() + " is no longer " + record.state());
        }
    }

    /** A sandbox that died by itself is put away before anything else happens to it; its record then. */
    private SandboxRecord withoutDead(SandboxRecord record, Slot slot) throws Refusal {
        RunningSandbox running = slot.running;
        if (running == null || running.isAlive()) {
            return record;
        }
        end(record, slot, SandboxState.ERROR, "its process 1 ended by itself");
        return get(record.id());
    }

    /**
     * Stops a running sandbox: its processes end, its delta is kept, after a commit if it commits by itself.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it does not run or is isolated
     */
    public SandboxRecord stop(String id, String reason) throws Refusal {
        return alone(id, (record, slot) -> {
            if (record.state() != SandboxState.RUNNING) {
                throw Refusal.notRunning();
            }
            refuseIfIsolated(record);
            end(record, slot, SandboxState.STOPPED, reason);
            return get(id);
        });
    }

    /** Of one that was isolated a moment ago nothing is committed. The caller holds the slot's lock. */
    void end(SandboxRecord record, Slot slot, SandboxState state, String reason) {
        RunningSandbox running = slot.vacate();
        String told = reason;
        if (running != null) {
            Isolation.of(record.labels()).ifPresent(running::isolate);
            listeners.forEach(listener -> listener.stopped(record.id(), reason));
            try (running) {
                commits.atStop(running);
            } catch (IOException | Refusal e) {
                LOG.warn("sandbox {} did not stop cleanly", record.id(), e);
                told = reason.isEmpty() ? e.getMessage() : reason + "; " + e.getMessage();
            }
            counts.ended(running);
        }
        move(record, state, told == null ? "" : told);
        String word = state.name().toLowerCase(Locale.ROOT);
        trail.note(AuditEvents.stopped(record, clock.instant(), word, told == null ? "" : told));
    }

    private void move(SandboxRecord record, SandboxState to, String reason) {
        if (!database.sandboxes().move(record.id(), record.state(), to, reason, clock.instant())) {
            LOG.warn("sandbox {} is no longer {}", record.id(), record.state());
        }
    }

    /**
     * Ends a sandbox for good, with what its delta still held.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it is isolated
     */
    public void destroy(String id) throws Refusal {
        destroy(id, false);
    }

    /**
     * The same, by an administrator's wish of one that is isolated too.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it is isolated
     */
    public void destroy(String id, boolean withEvidence) throws Refusal {
        alone(id, (record, slot) -> {
            if (!withEvidence) {
                refuseIfIsolated(record);
            }
            RunningSandbox running = slot.vacate();
            listeners.forEach(listener -> listener.stopped(id, "its sandbox was destroyed"));
            if (running != null) {
                closeQuietly(running);
                counts.ended(running);
            }
            starter.drop(record);
            database.sandboxes().delete(id);
            trail.record(AuditEvents.destroyed(record, clock.instant()));
            return slots.remove(id, slot);
        });
    }

    /**
     * Stops the processes of a running sandbox where they are. It can be looked at, snapshot and destroyed then; commands
     * wait in it.
     *
     * @throws IOException if this machine can't, with what to do
     * @throws Refusal NOT_FOUND, PRECONDITION if it does not run
     */
    public void freeze(String id) throws IOException, Refusal {
        RunningSandbox running = alive(id);
        running.sandbox().freeze();
        trail.record(AuditEvents.frozen(running.record(), clock.instant()));
    }

    /** What all that run have together. Asks no disk. */
    public Load load() {
        List<RunningSandbox> running = allRunning();
        long deltaBytes = running.stream()
                .mapToLong(sandbox -> sandbox.workspace().deltaBytes())
                .sum();
        WorkspaceCounts.Sum sum = counts.with(running);
        return new Load(running.size(), deltaBytes, sum.denials(), sum.requests(), sum.descriptors());
    }

    /** Puts those away that died by themselves. */
    void buryDead() {
        slots.forEach((id, slot) -> {
            RunningSandbox running = slot.running;
            if (running != null && !running.isAlive()) {
                noteDeath(id, slot);
            }
        });
    }

    /** Whose a sandbox is that runs, or no longer does since a moment ago. */
    public Optional<String> runningOwner(String id) {
        return ifRunning(id).map(RunningSandbox::ownerId);
    }

    /** One that runs, or no longer does since a moment ago. */
    Optional<RunningSandbox> ifRunning(String id) {
        Slot slot = slots.get(id);
        return slot == null ? Optional.empty() : Optional.ofNullable(slot.running);
    }

    private static void closeQuietly(RunningSandbox running) {
        try {
            running.close();
        } catch (IOException e) {
            LOG.warn("sandbox {} did not end cleanly", running.id(), e);
        }
    }

    /**
     * The parts of a sandbox, for a command.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it does not run or is isolated
     */
    RunningSandbox running(String id) throws Refusal {
        refuseIfIsolated(id);
        RunningSandbox running = alive(id);
        running.refuseIfIsolated();
        return running;
    }

    /** Refuses what would be done in a sandbox that is isolated; one that is not there is nobody's to refuse here. */
    void refuseIfIsolated(String id) throws Refusal {
        Optional<RunningSandbox> running = ifRunning(id);
        if (running.isPresent()) {
            running.get().refuseIfIsolated();
        } else {
            Optional<SandboxRecord> record = database.sandboxes().find(id);
            if (record.isPresent()) {
                refuseIfIsolated(record.get());
            }
        }
    }

    private static void refuseIfIsolated(SandboxRecord record) throws Refusal {
        Optional<Isolation> isolation = Isolation.of(record.labels());
        if (isolation.isPresent()) {
            throw isolation.get().refusal(record.id());
        }
    }

    /**
     * The parts of a sandbox, to look at.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it does not run
     */
    RunningSandbox alive(String id) throws Refusal {
        Slot slot = slots.get(id);
        if (slot == null || slot.running == null) {
            get(id);
            throw Refusal.notRunning();
        }
        RunningSandbox running = slot.running;
        if (running == null) {
            throw Refusal.notRunning();
        }
        if (!running.isAlive()) {
            noteDeath(id, slot);
            throw Refusal.notRunning();
        }
        return running;
    }

    /**
     * The same for something that writes.
     *
     * @throws Refusal UNAVAILABLE also, while nothing can be written down; EXHAUSTED, if its owner's deltas hold as much as they may
     */
    RunningSandbox forCommand(String id) throws Refusal {
        trail.check();
        RunningSandbox running = running(id);
        deltaQuota.check(running.ownerId(), allRunning());
        return running;
    }

    /** Of all that run now. */
    List<RunningSandbox> allRunning() {
        List<RunningSandbox> all = new ArrayList<>();
        for (Slot slot : slots.values()) {
            RunningSandbox running = slot.running;
            if (running != null) {
                all.add(running);
            }
        }
        return all;
    }

    /** A sandbox that was found dead becomes ERROR, unless somebody is stopping it at this moment. */
    void noteDeath(String id, Slot slot) {
        if (slot.lifecycle.tryLock()) {
            try {
                Optional<SandboxRecord> record = database.sandboxes().find(id);
                if (record.isPresent()) {
                    var _ = withoutDead(record.get(), slot);
                }
            } catch (Refusal e) {
                LOG.warn("sandbox {} can't be put away", id, e);
            } finally {
                slot.lifecycle.unlock();
            }
        }
    }

    /**
     * Puts other rules in force, for a running sandbox before this returns.
     *
     * @throws Refusal NOT_FOUND, INVALID, PRECONDITION if it is isolated
     */
    public SandboxRecord changeRules(String id, List<Rule> rules) throws Refusal {
        var _ = Creation.compile(rules);
        return alone(id, (record, slot) -> {
            refuseIfIsolated(record);
            RunningSandbox running = slot.running;
            try {
                if (running == null) {
                    starter.changeRules(record, rules);
                } else {
                    running.changeRules(rules);
                }
            } catch (IOException e) {
                throw new Refusal(Kind.FAILED, "the rules could not be changed", e);
            }
            database.sandboxes().setRules(id, rules);
            trail.record(AuditEvents.rulesChanged(record, clock.instant(), rules));
            return get(id);
        });
    }

    /** What is done with a sandbox's delta. */
    @FunctionalInterface
    interface DeltaWork<T> {
        T on(DeltaOperations delta) throws IOException, Refusal;
    }

    /**
     * Looks at what a sandbox wrote, or keeps it, whether it runs or not. One that does not run is neither started nor
     * destroyed meanwhile.
     *
     * @throws Refusal NOT_FOUND
     */
    <T> T withDelta(String id, DeltaWork<T> work) throws IOException, Refusal {
        return withDelta(id, running -> work.on(running.delta()), work, _ -> {});
    }

    /**
     * The same for what takes something of it away, or goes on with it.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it is isolated
     */
    <T> T changeDelta(String id, DeltaWork<T> work) throws IOException, Refusal {
        return withDelta(id, running -> change(running, work), work, Sandboxes::refuseIfIsolated);
    }

    private static <T> T change(RunningSandbox running, DeltaWork<T> work) throws IOException, Refusal {
        if (!running.beginChange()) {
            running.refuseIfIsolated();
            throw new Refusal(Kind.PRECONDITION, "the sandbox was isolated a moment ago");
        }
        try {
            return work.on(running.delta());
        } finally {
            running.endChange();
        }
    }

    /** The same while it runs. */
    @FunctionalInterface
    private interface LiveWork<T> {
        T in(RunningSandbox running) throws IOException, Refusal;
    }

    /** What looks at a sandbox that does not run before its delta is opened. */
    @FunctionalInterface
    private interface Check {
        void of(SandboxRecord record) throws Refusal;
    }

    private <T> T withDelta(String id, LiveWork<T> live, DeltaWork<T> resting, Check check)
            throws IOException, Refusal {
        Optional<RunningSandbox> running = ifRunning(id).filter(RunningSandbox::isAlive);
        if (running.isPresent()) {
            return live.in(running.get());
        }
        return this.<T, IOException>alone(id, (found, slot) -> {
            SandboxRecord record = withoutDead(found, slot);
            RunningSandbox started = slot.running;
            if (started != null) {
                return live.in(started);
            }
            check.of(record);
            try (RestingDelta delta = starter.rest(record)) {
                return resting.on(delta);
            }
        });
    }

    /** Stops all that run, each by its own thread, and starts none any more. */
    @Override
    public void close() {
        closed = true;
        overtime.close();
        List<Thread> stops = new ArrayList<>();
        for (RunningSandbox running : allRunning()) {
            stops.add(Thread.ofPlatform().name("stop-" + running.id()).start(() -> {
                try {
                    alone(running.id(), (record, slot) -> {
                        if (slot.running == running) {
                            end(record, slot, SandboxState.STOPPED, "the server stopped");
                        }
                        return record;
                    });
                } catch (Refusal e) {
                    LOG.debug("sandbox {} went by itself", running.id(), e);
                }
            }));
        }
        for (Thread stop : stops) {
            try {
                stop.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
