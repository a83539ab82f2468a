package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.Fields;
import io.agentfense.audit.AuditEvent;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What became of an alert. Immutable. */
public sealed interface AlertChange {
    /** The name of the event that an alert was raised. */
    String RAISED = "alert_raised";

    /** The name of the event that an alert was closed. */
    String CLOSED = "alert_closed";

    /** The alert afterwards. */
    Alert alert();

    /** When. */
    Instant at();

    /** The word for what it became: raised, updated or closed. */
    String state();

    /** The event for the audit log; none for an update. */
    Optional<AuditEvent> toEvent();

    /** A rule was met. */
    record Raised(Alert alert) implements AlertChange {
        @Override
        public Instant at() {
            return alert.raisedAt();
        }

        @Override
        public String state() {
            return "raised";
        }

        @Override
        public Optional<AuditEvent> toEvent() {
            return Optional.of(event(RAISED, this).build());
        }
    }

    /** It goes on, and has at least twice as many events as when that was told last. */
    record Updated(Alert alert) implements AlertChange {
        @Override
        public Instant at() {
            return alert.lastAt();
        }

        @Override
        public String state() {
            return "updated";
        }

        @Override
        public Optional<AuditEvent> toEvent() {
            return Optional.empty();
        }
    }

    /** It is over. */
    record Closed(Alert alert, Instant at, Reason reason) implements AlertChange {
        @Override
        public String state() {
            return "closed";
        }

        @Override
        public Optional<AuditEvent> toEvent() {
            return Optional.of(event(CLOSED, this)
                    .with("raised_at", alert.raisedAt().toString())
                    .with("last_at", alert.lastAt().toString())
                    .with("reason", reason.label())
                    .build());
        }
    }

    /** Why an alert was closed. */
    enum Reason {
        /** No event came for as long as the rule says. */
        QUIET,
        /** The event came that ends it. */
        ENDED,
        /** There were too many groups at a time, and it was the one of which least was heard. */
        FORGOTTEN;

        /** The word in events. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static AuditEvent.Builder event(String name, AlertChange change) {
        Alert alert = change.alert();
        AuditEvent.Builder event = AuditEvent.of(change.at(), name)
                .with("alert_id", alert.id())
                .with("rule", alert.rule().name())
                .with("severity", alert.rule().severity().label())
                .with("message", alert.message())
                .with(Fields.USER_ID, alert.userId())
                .with(Fields.SANDBOX_ID, alert.sandboxId())
                .with(Fields.SESSION_ID, alert.sessionId())
                .with(Fields.COUNT, alert.count());
        return alert.group().isEmpty() ? event : event.with("group", alert.group());
    }
}
