package io.agentfense.alert.rule;

import java.time.Duration;
import java.util.List;

/** The rules that hold unless somebody says otherwise. */
public final class DefaultRules {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    /** Requirements, "Recommended alerts": exactly these events, thresholds and severities. */
    public static final List<AlertRule> ALL = List.of(
            rule(
                    "permission_denials",
                    Severity.MEDIUM,
                    "permission_denied",
                    new Trigger.Count(10, MINUTE),
                    Fields.SANDBOX_ID,
                    "High permission denial rate: {count} denials in sandbox {sandbox_id}, the last of {path}"),
            rule(
                    "resource_limit_exceeded",
                    Severity.HIGH,
                    "resource_limit_exceeded",
                    new Trigger.Count(0, MINUTE),
                    Fields.SANDBOX_ID,
                    "Resource limit exceeded: {resource} in sandbox {sandbox_id}"),
            rule(
                    "sandbox_creation_rate",
                    Severity.MEDIUM,
                    "sandbox_created",
                    new Trigger.Count(100, HOUR),
                    Fields.USER_ID,
                    "High sandbox creation rate: {count} by user {user_id}"),
            rule(
                    "long_running_session",
                    Severity.LOW,
                    "session_opened",
                    // What a killed server left open ended with it, and the next one's log says when that began.
                    new Trigger.Lasting(EventMatch.of("session_closed", "audit_started"), HOUR),
                    Fields.SESSION_ID,
                    "Long-running session: {session_id} in sandbox {sandbox_id}"),
            rule(
                    "failed_sandbox_starts",
                    Severity.HIGH,
                    "sandbox_start_failed",
                    new Trigger.Consecutive(3, EventMatch.of("sandbox_started"), HOUR),
                    Fields.USER_ID,
                    "Failed sandbox starts: {count} in a row by user {user_id}"));

    private DefaultRules() {}

    private static AlertRule rule(
            String name, Severity severity, String event, Trigger trigger, String groupBy, String message) {
        return new AlertRule(
                name,
                severity,
                EventMatch.of(event),
                trigger,
                List.of(groupBy),
                new MessageTemplate(message),
                List.of(),
                List.of());
    }
}
