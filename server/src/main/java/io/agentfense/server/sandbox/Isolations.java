package io.agentfense.server.sandbox;

import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.SandboxFilter;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxState;
import io.agentfense.server.store.SandboxTable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Isolates sandboxes: nothing is begun in them, nothing leads in or out, their processes stand still, and what they wrote
 * stays as it is, until an administrator releases or destroys them. Thread-safe.
 */
public final class Isolations {
    private static final Logger LOG = LoggerFactory.getLogger(Isolations.class);

    private final Sandboxes sandboxes;
    private final Starter starter;
    private final SandboxTable table;
    private final Trail trail;
    private final InstantSource clock;

    /** Of these sandboxes. */
    public Isolations(Sandboxes sandboxes, Starter starter, SandboxTable table, Trail trail, InstantSource clock) {
        this.sandboxes = sandboxes;
        this.starter = starter;
        this.table = table;
        this.trail = trail;
        this.clock = clock;
    }

    /** What became of the processes of a sandbox that was isolated. */
    public enum Processes {
        /** They stand still, and go on after a release. */
        FROZEN,
        /** This machine can't freeze them, or can't cut their network, and they were ended. */
        KILLED,
        /** It did not run. */
        NONE
    }

    /**
     * A sandbox that is isolated.
     *
     * @param record with the labels that tell so
     */
    public record Isolated(SandboxRecord record, Isolation isolation, Processes processes) {}

    /**
     * Isolates a sandbox, whatever its state. Refusals begin at once, then its connections end, then its processes stop. Of one
     * that is isolated already, time, caller and reason stay, and what failed is tried again.
     *
     * @param by who wants it
     * @param reason for people
     * @param kill whether its processes are ended if they can't be frozen or keep a network
     * @throws Refusal NOT_FOUND; PRECONDITION if they can't and are not to be ended: they run on then, and all else of the
     *     isolation is in force; UNAVAILABLE if it is in force and could not be written down
     */
    public Isolated isolate(String id, String by, String reason, boolean kill) throws Refusal {
        Isolation wanted = new Isolation(clock.instant(), by, reason);
        Map<String, String> labels = table.addLabels(id, wanted.labels()).orElseThrow(Refusal::noSandbox);
        Isolation isolation = Isolation.of(labels).orElse(wanted);
        // A stop or a start may hold its lock for long; what runs is refused to others before that.
        sandboxes.ifRunning(id).ifPresent(running -> running.isolate(isolation));
        return sandboxes.alone(id, (record, slot) -> {
            Optional<RunningSandbox> running = Optional.ofNullable(slot.running).filter(RunningSandbox::isAlive);
            boolean runs = running.isPresent();
            boolean stands = running.filter(it -> it.sandbox().isFrozen()).isPresent();
            Optional<IOException> failure = running.flatMap(it -> hold(it, isolation));
            Processes processes = runs ? Processes.FROZEN : Processes.NONE;
            if (failure.isPresent() && kill) {
                LOG.warn("sandbox {} can't be held and is ended", id, failure.get());
                sandboxes.end(record, slot, SandboxState.STOPPED, "it was isolated, and could not be frozen");
                processes = Processes.KILLED;
            }
            boolean held = failure.isEmpty() || kill;
            boolean changed = isolation.equals(wanted) || runs && !stands;
            if (changed) {
                String told = held ? processes.name().toLowerCase(Locale.ROOT) : "running";
                trail.record(AuditEvents.isolated(record, clock.instant(), isolation, told));
            }
            if (!held) {
                throw unheld(id, failure.get());
            }
            return new Isolated(sandboxes.get(id), isolation, processes);
        });
    }

    /** Cuts it off and stops it, each whatever becomes of the other. */
    private static Optional<IOException> hold(RunningSandbox running, Isolation isolation) {
        // One that was starting until now has not heard of it.
        running.isolate(isolation);
        List<IOException> failures = new ArrayList<>();
        try {
            running.cutNetwork();
        } catch (IOException e) {
            failures.add(new IOException("its network could not be cut: " + e.getMessage(), e));
        }
        try {
            running.sandbox().freeze();
        } catch (IOException e) {
            failures.add(new IOException("its processes could not be frozen: " + e.getMessage(), e));
        }
        running.awaitChanges();
        Optional<IOException> first = failures.stream().findFirst();
        first.ifPresent(it -> failures.stream().skip(1).forEach(it::addSuppressed));
        return first;
    }

    private static Refusal unheld(String id, IOException failure) {
        return new Refusal(
                Kind.PRECONDITION,
                "sandbox " + id + " takes no calls any more and reaches nothing by this server, but "
                        + failure.getMessage() + "; isolate it again with kill to end its processes, or destroy it",
                failure);
    }

    /**
     * Ends an isolation: the network that its policy gives now is there again, its processes go on, and it takes calls.
     *
     * @param by who wants it
     * @param reason for people
     * @throws Refusal NOT_FOUND; PRECONDITION if it is not isolated; FAILED if it can't be given its network or can't go on:
     *     it stays isolated then
     */
    public SandboxRecord release(String id, String by, String reason) throws Refusal {
        trail.check();
        return sandboxes.alone(id, (record, slot) -> {
            if (Isolation.of(record.labels()).isEmpty()) {
                throw new Refusal(Kind.PRECONDITION, "sandbox " + id + " is not isolated");
            }
            Optional<RunningSandbox> running = Optional.ofNullable(slot.running).filter(RunningSandbox::isAlive);
            if (running.isPresent()) {
                letGo(running.get());
            }
            tell(record, running, by, reason);
            table.removeLabels(id, Isolation.LABELS);
            if (running.isPresent()) {
                sandboxes.limitRuntime(record, slot, running.get());
                running.get().release();
            }
            return sandboxes.get(id);
        });
    }

    /** What can't be written down is not done. */
    private void tell(SandboxRecord record, Optional<RunningSandbox> running, String by, String reason) throws Refusal {
        try {
            trail.record(AuditEvents.released(record, clock.instant(), by, reason));
        } catch (Refusal e) {
            Isolation isolation = Isolation.of(record.labels()).orElseThrow();
            running.flatMap(it -> hold(it, isolation)).ifPresent(e::addSuppressed);
            throw e;
        }
    }

    private void letGo(RunningSandbox running) throws Refusal {
        try {
            if (running.sandbox().network().isClosed()) {
                starter.reconnect(running);
            }
            running.sandbox().thaw();
        } catch (IOException e) {
            try {
                running.cutNetwork();
            } catch (IOException alsoThis) {
                e.addSuppressed(alsoThis);
            }
            throw new Refusal(Kind.FAILED, "sandbox " + running.id() + " stays isolated: " + e.getMessage(), e);
        }
    }

    /** Those that are isolated now, in the order of their creation. */
    public List<Isolated> list() {
        SandboxFilter isolated = SandboxFilter.ALL.labelled(Map.of(Isolation.LABEL, Isolation.TRUE));
        return table.list(isolated, PageRequest.ALL).items().stream()
                .flatMap(record -> Isolation.of(record.labels()).stream()
                        .map(isolation -> new Isolated(record, isolation, processes(record.id()))))
                .toList();
    }

    private Processes processes(String id) {
        return sandboxes
                        .ifRunning(id)
                        .filter(running -> running.sandbox().isFrozen())
                        .isPresent()
                ? Processes.FROZEN
                : Processes.NONE;
    }
}
