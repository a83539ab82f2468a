package io.agentfense.server.alert;

import io.agentfense.alert.Alerts;
import io.agentfense.alert.action.AlertActions;
import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.text.AlertSettings;
import io.agentfense.alert.text.UnknownEvents;
import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.log.AuditListener;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.server.audit.AuditTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts over the audit log as it is written. Thread-safe. */
public final class Alerting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);

    /** What a restart looks back on: the longest window of a built-in rule. */
    private static final Duration PAST = Duration.ofHours(1);

    /** Of those the latest, so that a busy server starts as soon as any. */
    private static final int MOST_PAST = 100_000;

    private final Optional<Alerts> alerts;
    private final Optional<AuditLog> log;
    private final AuditListener listener;

    private Alerting(Optional<Alerts> alerts, Optional<AuditLog> log) {
        this.alerts = alerts;
        this.log = log;
        listener = written -> alerts.ifPresent(it -> it.accept(written.event()));
        log.ifPresent(it -> it.addListener(listener));
    }

    /**
     * Begins, having heard the last hour.
     *
     * @param directory of the log
     * @throws IOException if a sink can't work as it is configured, or the log can't be read
     */
    public static Alerting start(
            AlertSettings settings, AuditTrail trail, Path directory, AlertActions actions, InstantSource clock)
            throws IOException {
        UnknownEvents.in(settings.rules()).forEach(LOG::warn);
        if (trail.log().isEmpty()) {
            if (!settings.rules().isEmpty()) {
                LOG.warn("audit.enabled is false: alerts hear nothing");
            }
            return new Alerting(Optional.empty(), Optional.empty());
        }
        Alerts alerts = Alerts.start(settings, past(directory, clock), actions, trail::note, clock);
        return new Alerting(Optional.of(alerts), trail.log());
    }

    private static List<AuditEvent> past(Path directory, InstantSource clock) throws IOException {
        AuditQuery query =
                AuditQuery.ALL.between(clock.instant().minus(PAST), null).limited(MOST_PAST, true);
        try (AuditReader reader = AuditReader.open(directory)) {
            return reader.list(query).reversed().stream()
                    .map(AuditRecord::event)
                    .toList();
        }
    }

    /** Those that are open. */
    public List<Alert> open() {
        return alerts.map(Alerts::open).orElse(List.of());
    }

    /** What became of what each sink was to be told, by its name in the configuration. */
    public Map<String, Deliveries> deliveries() {
        return alerts.map(Alerting::deliveries).orElse(Map.of());
    }

    private static Map<String, Deliveries> deliveries(Alerts alerts) {
        Map<String, Long> failed = alerts.failed();
        Map<String, Long> lost = alerts.lost();
        Map<String, Deliveries> all = new LinkedHashMap<>();
        alerts.told()
                .forEach((sink, told) -> all.put(
                        sink, new Deliveries(told, failed.getOrDefault(sink, 0L), lost.getOrDefault(sink, 0L))));
        return all;
    }

    /** Hears no more, and ends within seconds. */
    @Override
    public void close() {
        log.ifPresent(it -> it.removeListener(listener));
        alerts.ifPresent(Alerts::close);
    }
}
