package io.agentfense.alert.evaluate;

import io.agentfense.audit.AuditEvent;
import java.time.Instant;

/** Events of tests, whose times are in milliseconds after some instant. */
final class Events {
    static final Instant START = Instant.parse("2026-02-03T10:15:30Z");

    private Events() {}

    static Instant at(long millis) {
        return START.plusMillis(millis);
    }

    static AuditEvent event(long millis, String name, String... fields) {
        AuditEvent.Builder event = AuditEvent.of(at(millis), name);
        for (int i = 0; i < fields.length; i += 2) {
            event.with(fields[i], fields[i + 1]);
        }
        return event.build();
    }
}
