package io.agentfense.audit.export;

import io.agentfense.audit.AuditEvent;
import java.util.Map;

/** How grave an event is, as OCSF counts and as CEF does. */
enum Severity {
    INFORMATIONAL(1, 1),
    LOW(2, 3),
    MEDIUM(3, 5),
    HIGH(4, 8);

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
            Map.entry("audit_damaged", HIGH));

    private final int ocsf;
    private final int cef;

    Severity(int ocsf, int cef) {
        this.ocsf = ocsf;
        this.cef = cef;
    }

    /** An event's own {@code severity} if it has one, else that of its kind. */
    static Severity of(AuditEvent event) {
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
}
