package io.agentfense.alert.sink;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.MessageTemplate;
import io.agentfense.alert.rule.Severity;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Alerts of tests, about a sandbox whose name means no good. */
final class Changes {
    static final String HOSTILE = "sb_\"; touch /tmp/owned; $(id)\r\nBcc: all@example.com\n\u001b[2J\ud800ä";
    static final Instant AT = Instant.parse("2026-02-03T10:15:40Z");

    private Changes() {}

    static Alert alert(String id, String... sinks) {
        AlertRule rule = new AlertRule(
                "denials",
                Severity.HIGH,
                EventMatch.of("permission_denied"),
                new Trigger.Count(10, Duration.ofMinutes(1)),
                List.of("sandbox_id"),
                new MessageTemplate("{count} denials in {sandbox_id}"),
                List.of(sinks),
                List.of());
        AuditEvent last = AuditEvent.of(AT, "permission_denied")
                .with("sandbox_id", HOSTILE)
                .with("user_id", "ann")
                .build();
        return new Alert(id, rule, new LinkedHashMap<>(Map.of("sandbox_id", HOSTILE)), AT, AT, 11, last);
    }

    static AlertChange raised(String id, String... sinks) {
        return new AlertChange.Raised(alert(id, sinks));
    }

    static AlertChange closed(String id) {
        return new AlertChange.Closed(alert(id), AT.plusSeconds(60), AlertChange.Reason.QUIET);
    }
}
