package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.format.Timestamps;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Counts what did not get into the log, and tells of it in one event. Thread-safe. */
final class Loss {
    private final String event;
    private final InstantSource clock;
    private long count;
    private Instant since = Instant.EPOCH;
    private String reason = "";

    /** @param event how the event is called that tells of it */
    Loss(String event, InstantSource clock) {
        this.event = event;
        this.clock = clock;
    }

    /** Counts so many. */
    synchronized void add(long lost, String why) {
        if (reason.isEmpty()) {
            since = clock.instant();
        }
        count += lost;
        reason = why;
    }

    /** What is to be told, if anything; {@link #told} says that it was. */
    synchronized @Nullable AuditEvent event() {
        return reason.isEmpty()
                ? null
                : AuditEvent.of(clock.instant(), event)
                        .with("count", count)
                        .with("since", Timestamps.text(since))
                        .with("reason", reason)
                        .build();
    }

    /** Whether this is an event of it. */
    boolean is(AuditEvent other) {
        return event.equals(other.event());
    }

    /** Takes off what an event told. */
    synchronized void told(AuditEvent told) {
        count -= told.number("count", 0);
        reason = count == 0 ? "" : reason;
        since = clock.instant();
    }
}
