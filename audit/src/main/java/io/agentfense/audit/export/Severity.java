package io.agentfense.audit.export;

import io.agentfense.audit.AuditEvent;
import java.util.Map;

/** How grave an event is, as others count. */
public enum Severity {
    /** What is to be expected. */
    INFORMATIONAL(1, 1, 6, 9),
    /** What changes what is allowed. */
    LOW(2, 3, 5, 10),
    /** What was denied. */
    MEDIUM(3, 5, 4, 13),
    /** What should not happen. */
    HIGH(4, 8, 3, 17);

    private static final Map<String, Severity> BY_EVENT = Map.ofEntries(
            Map.entry("permission_denied", MEDIUM),
            Map.entry("network_denied", MEDIUM),
            Map.entry("resource_limit_exceeded", HIGH),
            Map.entry("sandbox_start_failed", HIGH),
            Map.entry("authentication_failed", MEDIUM),
            Map.entry("authorization_failed", MEDIUM),
            Map.entry("user_blocked", HIGH),
            Map.entry("rules_changed", LOW),
            Map.entry("config_changed", LOW),
            Map.entry("delta_conflict", LOW),
            Map.entry("events_dropped", MEDIUM),
            Map.entry("audit_recovered", MEDIUM),
            Map.entry("audit_refused", HIGH),
            Map.entry("audit_gap", HIGH),
            Map.entry("audit_forward_gap", HIGH),
            Map.entry("audit_damaged", HIGH));

    private final int ocsf;
    private final int cef;
    private final int syslog;
    private final int otel;

    Severity(int ocsf, int cef, int syslog, int otel) {
        this.ocsf = ocsf;
        this.cef = cef;
        this.syslog = syslog;
        this.otel = otel;
    }

    /** An event's own {@code severity} if it has one, else that of its kind. */
    public static Severity of(AuditEvent event) {
        return switch (event.text("severity")) {
            case "low" -> LOW;
            case "medium" -> MEDIUM;
            case "high", "critical" -> HIGH;
            case null, default -> BY_EVENT.getOrDefault(event.event(), INFORMATIONAL);
        };
    }

    int ocsf() {
        return ocsf;
    }

    int cef() {
        return cef;
    }

    /** Of RFC 5424: 6 is informational, 3 an error. */
    public int syslog() {
        return syslog;
    }

    /** The number in OpenTelemetry's data model: 9 is INFO, 17 ERROR. */
    public int otel() {
        return otel;
    }
}
