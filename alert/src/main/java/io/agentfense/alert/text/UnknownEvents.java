package io.agentfense.alert.text;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rules that wait for events of which none is known to be written: a rule with a wrong letter is never met. Stateless. */
public final class UnknownEvents {
    /** SPECIFICATION.md, "Alerts", has what is in force; others may be written by versions to come. */
    static final List<String> KNOWN = List.of(
            "sandbox_created",
            "sandbox_started",
            "sandbox_start_failed",
            "sandbox_stopped",
            "sandbox_expired",
            "sandbox_frozen",
            "sandbox_isolated",
            "sandbox_released",
            "incident_reported",
            "sandbox_destroyed",
            "command_executed",
            "session_opened",
            "session_closed",
            "session_command_executed",
            "permission_denied",
            "resource_limit_exceeded",
            "network_denied",
            "rules_changed",
            "delta_committed",
            "delta_discarded",
            "delta_conflict",
            "codebase_changed",
            "secret_found",
            "secret_masked",
            "secret_in_environment",
            "credential_used",
            "authentication_failed",
            "authorization_failed",
            "user_blocked",
            "config_changed",
            "alert_raised",
            "alert_closed",
            "alert_action",
            "audit_started",
            "audit_stopped",
            "audit_rotated",
            "audit_deleted",
            "audit_recovered",
            "audit_damaged",
            "audit_gap",
            "audit_forward_gap",
            "audit_refused",
            "events_dropped");

    private UnknownEvents() {}

    /** A warning for each name, or pattern, that means no known event. */
    public static List<String> in(List<AlertRule> rules) {
        List<String> warnings = new ArrayList<>();
        for (AlertRule rule : rules) {
            names(rule)
                    .filter(name -> KNOWN.stream().noneMatch(EventMatch.of(name)::named))
                    .forEach(name -> warnings.add("alert rule " + rule.name() + ": no event is known as '" + name
                            + "'; there are " + String.join(", ", KNOWN)));
        }
        return warnings;
    }

    private static Stream<String> names(AlertRule rule) {
        List<String> names = new ArrayList<>(rule.match().names());
        switch (rule.trigger()) {
            case Trigger.Count _ -> {}
            case Trigger.Consecutive row -> names.addAll(row.reset().names());
            case Trigger.Lasting lasting -> names.addAll(lasting.until().names());
        }
        return names.stream().distinct();
    }
}
