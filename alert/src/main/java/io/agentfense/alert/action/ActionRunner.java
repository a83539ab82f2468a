package io.agentfense.alert.action;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.rule.AlertAction;
import io.agentfense.alert.rule.Fields;
import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what alerts ask for: those of one alert in their order, those of different alerts at one time. Each attempt becomes
 * an event {@code alert_action}. What fails is tried once more; what fails again keeps nothing that follows from being
 * done. Thread-safe.
 */
public final class ActionRunner implements AutoCloseable {
    /** The name of the event that an action was tried. */
    public static final String EVENT = "alert_action";

    /** Alerts whose actions are not done yet; beyond, actions fail at once. */
    static final int MOST_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ActionRunner.class);
    private static final int AT_ONE_TIME = 16;
    private static final int LONGEST_ERROR = 500;
    private static final Duration AT_THE_END = Duration.ofSeconds(5);

    private final AlertActions actions;
    private final Consumer<AuditEvent> events;
    private final InstantSource clock;
    private final Pace pace;
    private final Semaphore places = new Semaphore(AT_ONE_TIME);
    private final AtomicInteger waiting = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * A runner that does nothing yet.
     *
     * @param events takes what becomes of actions; must not wait long, and is called by many threads
     */
    public ActionRunner(AlertActions actions, Consumer<AuditEvent> events, InstantSource clock) {
        this(actions, events, clock, Pace.USUAL);
    }

    ActionRunner(AlertActions actions, Consumer<AuditEvent> events, InstantSource clock, Pace pace) {
        this.actions = actions;
        this.events = events;
        this.clock = clock;
        this.pace = pace;
    }

    /** Begins the actions of an alert; never waits. */
    public void begin(Alert alert) {
        if (alert.rule().actions().isEmpty()) {
            return;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            alert.rule().actions().forEach(action -> tell(alert, action, 0, "too many actions are waiting"));
            return;
        }
        Thread thread = Thread.ofVirtual().name("alert-action-" + alert.id()).unstarted(() -> run(alert));
        threads.add(thread);
        thread.start();
    }

    private void run(Alert alert) {
        try {
            places.acquire();
            try {
                for (AlertAction action : alert.rule().actions()) {
                    run(alert, action);
                }
            } finally {
                places.release();
            }
        } catch (InterruptedException _) {
            LOG.error("alert {}: the server ends before all of its actions are done", alert.id());
        } finally {
            waiting.decrementAndGet();
            threads.remove(Thread.currentThread());
        }
    }

    private void run(Alert alert, AlertAction action) throws InterruptedException {
        if (!attempt(alert, action, 1)) {
            Thread.sleep(pace.pause());
            attempt(alert, action, 2);
        }
    }

    private boolean attempt(Alert alert, AlertAction action, int number) throws InterruptedException {
        String error = attempt(alert, action);
        tell(alert, action, number, error);
        return error == null;
    }

    /** Tries it on a thread that can be given up; what went wrong, or null. */
    private @Nullable String attempt(Alert alert, AlertAction action) throws InterruptedException {
        String to = action.isOfSandbox() ? alert.sandboxId() : alert.userId();
        if (to == null) {
            return "the event says no " + (action.isOfSandbox() ? Fields.SANDBOX_ID : Fields.USER_ID);
        }
        AtomicReference<@Nullable String> error = new AtomicReference<>("it took longer than " + pace.limit());
        Thread attempt = Thread.startVirtualThread(() -> {
            try {
                act(action, to);
                error.set(null);
            } catch (IOException | InterruptedException | RuntimeException e) {
                if (!(e instanceof InterruptedException)) {
                    error.set(e.getMessage() == null ? e.toString() : e.getMessage());
                }
            }
        });
        try {
            if (!attempt.join(pace.limit())) {
                attempt.interrupt();
                return "it took longer than " + pace.limit();
            }
        } catch (InterruptedException e) {
            attempt.interrupt();
            throw e;
        }
        return error.get();
    }

    private void act(AlertAction action, String to) throws IOException, InterruptedException {
        switch (action) {
            case FREEZE -> actions.freeze(to);
            case ISOLATE -> actions.isolate(to);
            case SNAPSHOT -> actions.snapshot(to);
            case DESTROY -> actions.destroy(to);
            case BLOCK_USER -> actions.blockUser(to);
        }
    }

    private void tell(Alert alert, AlertAction action, int attempt, @Nullable String error) {
        if (error != null) {
            LOG.error("alert {}: {} failed: {}", alert.id(), action.label(), error);
        }
        events.accept(AuditEvent.of(clock.instant(), EVENT)
                .with("alert_id", alert.id())
                .with("rule", alert.rule().name())
                .with("action", action.label())
                .with("outcome", error == null ? "done" : "failed")
                .with("attempt", attempt)
                .with("error", error == null ? null : error.substring(0, Math.min(error.length(), LONGEST_ERROR)))
                .with(Fields.USER_ID, alert.userId())
                .with(Fields.SANDBOX_ID, alert.sandboxId())
                .build());
    }

    /** Waits some seconds for what is being done, and interrupts the rest. */
    @Override
    public void close() {
        long end = System.nanoTime() + AT_THE_END.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }
}
