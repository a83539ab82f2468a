package io.agentfense.server.metrics;

import io.agentfense.alert.rule.Severity;
import io.agentfense.audit.forward.Forwarder;
import io.agentfense.audit.forward.Standing;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.server.alert.Alerting;
import io.agentfense.server.alert.Deliveries;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the audit log and its receivers keep up, and which alerts are open. Stateless. */
public final class AuditMeters {
    private AuditMeters() {}

    /** Shows a log from now on. */
    public static void watch(MeterRegistry registry, AuditLog log) {
        Gauge.builder("agentfense.audit.backlog", log, AuditLog::backlog)
                .description("Events that wait to be written to the audit log.")
                .register(registry);
        Gauge.builder("agentfense.audit.refusing", log, it -> it.trouble().isPresent() ? 1 : 0)
                .description("1 while the audit log can't be written.")
                .register(registry);
    }

    /** Shows how receivers of the log stand, from now on. */
    public static void watch(MeterRegistry registry, List<Forwarder> forwarders) {
        for (Forwarder forwarder : forwarders) {
            Standing standing = forwarder.standing();
            Tags receiver = Tags.of("receiver", forwarder.name());
            FunctionCounter.builder("agentfense.audit.forward.records", standing, Standing::received)
                    .description("Records that a receiver has got.")
                    .tags(receiver)
                    .register(registry);
            FunctionCounter.builder("agentfense.audit.forward.failures", standing, Standing::failures)
                    .description("Attempts to send records that failed.")
                    .tags(receiver)
                    .register(registry);
            FunctionCounter.builder("agentfense.audit.forward.lost", standing, Standing::lost)
                    .description("Records that a receiver will not get: deleted before, or refused.")
                    .tags(receiver)
                    .register(registry);
            Gauge.builder("agentfense.audit.forward.up", standing, it -> it.isUp() ? 1 : 0)
                    .description("1 if the last attempt to send did not fail.")
                    .tags(receiver)
                    .register(registry);
            Gauge.builder("agentfense.audit.forward.lag.records", standing, Standing::lagRecords)
                    .description("Records that wait for a receiver.")
                    .tags(receiver)
                    .register(registry);
            Gauge.builder(
                            "agentfense.audit.forward.lag.seconds",
                            standing,
                            it -> it.lag().toMillis() / 1000.0)
                    .description("How long the oldest of them has been waiting.")
                    .tags(receiver)
                    .register(registry);
        }
    }

    /** Shows alerts from now on. */
    public static void watch(MeterRegistry registry, Alerting alerting) {
        for (Severity severity : Severity.values()) {
            Gauge.builder("agentfense.alerts.open", alerting, it -> open(it, severity))
                    .description("Alerts that are open, by severity.")
                    .tag("severity", severity.label())
                    .register(registry);
        }
        for (String sink : alerting.deliveries().keySet()) {
            deliveries(registry, alerting, sink, "told", "Changes of alerts that a sink took.", Deliveries::told);
            deliveries(registry, alerting, sink, "failed", "Attempts to tell a sink that failed.", Deliveries::failed);
            deliveries(registry, alerting, sink, "lost", "Changes that a sink will not be told.", Deliveries::lost);
        }
    }

    private static void deliveries(
            MeterRegistry registry,
            Alerting alerting,
            String sink,
            String meter,
            String description,
            ToDoubleFunction<Deliveries> count) {
        FunctionCounter.builder(
                        "agentfense.alert.sink." + meter,
                        alerting,
                        it -> count.applyAsDouble(it.deliveries().getOrDefault(sink, Deliveries.NONE)))
                .description(description)
                .tag("sink", sink)
                .register(registry);
    }

    private static double open(Alerting alerting, Severity severity) {
        return alerting.open().stream()
                .filter(alert -> alert.rule().severity() == severity)
                .count();
    }
}
