package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Fields;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A rule that was met by one group of events, as it stands. Immutable. Words in it may be hostile, except in
 * {@link #message}.
 *
 * @param id the same for the same rule, group and time, so that replaying a log gives the ids again
 * @param group the fields by which the rule counts apart, and their values, without those that the events don't have
 * @param raisedAt when the rule was met
 * @param lastAt the time of the last event that counted
 * @param count how many events counted so far, those from before it was raised too; an event counts as often as its
 *     {@code count} says
 * @param last the last event that counted
 */
public record Alert(
        String id,
        AlertRule rule,
        SequencedMap<String, String> group,
        Instant raisedAt,
        Instant lastAt,
        long count,
        AuditEvent last) {
    /** Keeps a copy of the group. */
    public Alert {
        group = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(group));
    }

    /** What people are told; safe to print on one line. */
    public String message() {
        return rule.message().fill(this::value);
    }

    /** The sandbox it is about: that of the last event. */
    public @Nullable String sandboxId() {
        return last.text(Fields.SANDBOX_ID);
    }

    /** The user it is about: that of the last event. */
    public @Nullable String userId() {
        return last.text(Fields.USER_ID);
    }

    /** The session it is about: that of the last event. */
    public @Nullable String sessionId() {
        return last.text(Fields.SESSION_ID);
    }

    private @Nullable Object value(String place) {
        return switch (place) {
            case "count" -> count;
            case "rule" -> rule.name();
            case "severity" -> rule.severity().label();
            case "event" -> last.event();
            case "window" -> text(time());
            default -> last.fields().get(place);
        };
    }

    private Duration time() {
        return switch (rule.trigger()) {
            case Trigger.Count count -> count.window();
            case Trigger.Consecutive consecutive -> consecutive.quiet();
            case Trigger.Lasting lasting -> lasting.longerThan();
        };
    }

    /** As people write it: {@code 1h}, {@code 1m30s}. */
    private static String text(Duration time) {
        return time.toString().replace("PT", "").toLowerCase(Locale.ROOT);
    }
}
