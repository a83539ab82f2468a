package io.agentfense.server.metrics;

import io.agentfense.alert.rule.Severity;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.server.alert.Alerting;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** How the audit log keeps up, and which alerts are open. Stateless. */
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

    /** Shows alerts from now on. */
    public static void watch(MeterRegistry registry, Alerting alerting) {
        for (Severity severity : Severity.values()) {
            Gauge.builder("agentfense.alerts.open", alerting, it -> open(it, severity))
                    .description("Alerts that are open, by severity.")
                    .tag("severity", severity.label())
                    .register(registry);
        }
    }

    private static double open(Alerting alerting, Severity severity) {
        return alerting.open().stream()
                .filter(alert -> alert.rule().severity() == severity)
                .count();
    }
}
