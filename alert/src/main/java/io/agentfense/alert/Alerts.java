package io.agentfense.alert;

import io.agentfense.alert.action.ActionRunner;
import io.agentfense.alert.action.AlertActions;
import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.alert.evaluate.Evaluator;
import io.agentfense.alert.sink.Sinks;
import io.agentfense.alert.text.AlertSettings;
import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Alerts at work: hears the events of the audit log, raises alerts, has sinks told and actions done, and gives the log the
 * events of its own. Thread-safe.
 *
 * <p>Whoever tells it an event waits for no receiver and no action, only for the evaluator, which is some microseconds.
 */
public final class Alerts implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(250);

    /** How late an event may be told and still be before what happens by time alone. */
    private static final Duration LATENESS = Duration.ofSeconds(1);

    private final Evaluator evaluator;
    private final Sinks sinks;
    private final ActionRunner actions;
    private final Recorder recorder;
    private final InstantSource clock;
    private final Thread ticker = Thread.ofVirtual().name("alert-ticker").unstarted(this::tick);

    /** Whether what becomes of alerts is news. */
    private boolean live;

    private Alerts(
            AlertSettings settings, AlertActions does, Consumer<AuditEvent> log, InstantSource clock, Sinks sinks) {
        this.sinks = sinks;
        this.clock = clock;
        recorder = new Recorder(log);
        actions = new ActionRunner(does, recorder::record, clock);
        evaluator = new Evaluator(settings.rules(), this::changed);
    }

    /**
     * Begins, having heard nothing.
     *
     * @param does what rules ask for as actions
     * @param log takes {@code alert_raised}, {@code alert_closed} and {@code alert_action}, one at a time, on a thread of
     *     its own; may wait, and may give the event to {@link #accept}, which passes it over
     * @param clock that of the events
     * @throws IOException if a sink can't work as it is configured
     */
    public static Alerts start(AlertSettings settings, AlertActions does, Consumer<AuditEvent> log, InstantSource clock)
            throws IOException {
        return start(settings, List.of(), does, log, clock);
    }

    /**
     * The same, having heard what a log has of the time before, so that no restart of a server clears what was counted or
     * forgets an alert that is open. Nobody is told and nothing is done about what was.
     *
     * @param past the events of that time in their order; as far back as the longest time of a rule is enough
     */
    public static Alerts start(
            AlertSettings settings,
            Iterable<AuditEvent> past,
            AlertActions does,
            Consumer<AuditEvent> log,
            InstantSource clock)
            throws IOException {
        Alerts alerts = new Alerts(settings, does, log, clock, Sinks.open(settings.sinks(), clock));
        synchronized (alerts.evaluator) {
            past.forEach(alerts.evaluator::accept);
            alerts.live = true;
        }
        alerts.recorder.start();
        alerts.ticker.start();
        return alerts;
    }

    /** Takes an event; they come in the order of the log. */
    public void accept(AuditEvent event) {
        synchronized (evaluator) {
            evaluator.accept(event);
        }
    }

    /** The alerts that are open, in the order of their rules. */
    public List<Alert> open() {
        synchronized (evaluator) {
            return evaluator.open();
        }
    }

    /** Groups that were forgotten since a rule had too many of them. */
    public long forgotten() {
        synchronized (evaluator) {
            return evaluator.forgotten();
        }
    }

    /** Events that the audit log should have taken and did not. */
    public long unrecorded() {
        return recorder.lost();
    }

    /** How many changes each sink has taken. */
    public Map<String, Long> told() {
        return sinks.told();
    }

    /** How often it failed to tell each sink; a change may be tried more than once. */
    public Map<String, Long> failed() {
        return sinks.failed();
    }

    /** How many changes each sink should have taken and did not. */
    public Map<String, Long> lost() {
        return sinks.lost();
    }

    /** None of these waits, and the log hears first that an alert was raised and then what was done. */
    private void changed(AlertChange change) {
        if (!live) {
            return;
        }
        change.toEvent().ifPresent(recorder::record);
        if (change instanceof AlertChange.Raised(Alert alert)) {
            actions.begin(alert);
        }
        sinks.tell(change);
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(TICK);
                synchronized (evaluator) {
                    evaluator.advance(clock.instant().minus(LATENESS));
                }
            }
        } catch (InterruptedException _) {
            // close() says that it is over.
        }
    }

    /** Ends within seconds: does, tells and writes what was raised, and closes no alert. */
    @Override
    public void close() {
        ticker.interrupt();
        actions.close();
        sinks.close();
        recorder.close();
    }
}
