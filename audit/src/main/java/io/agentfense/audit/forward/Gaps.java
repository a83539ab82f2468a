package io.agentfense.audit.forward;

import io.agentfense.audit.AuditEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Tells, in the audit log itself and in the program's, what a receiver will not get. Thread-safe if the log is. */
final class Gaps {
    static final String EVENT = "audit_forward_gap";

    private static final Logger LOG = System.getLogger("agentfense.audit");

    private final String receiver;
    private final Consumer<AuditEvent> log;
    private final InstantSource clock;

    Gaps(String receiver, Consumer<AuditEvent> log, InstantSource clock) {
        this.receiver = receiver;
        this.log = log;
        this.clock = clock;
    }

    /** Records that were gone before they were sent. */
    void deleted(long first, long last) {
        say("will not get the records " + first + " to " + last + ": they are gone");
        log.accept(event("deleted")
                .with("first_sequence", first)
                .with("last_sequence", last)
                .with("count", last - first + 1)
                .build());
    }

    /** Some of a batch, which the receiver does not want. */
    void refused(Batch batch, Link.Refused refused) {
        long first = batch.first().sequence();
        long last = batch.last().sequence();
        say("has refused " + refused.count() + " of the records " + first + " to " + last + ": " + refused.why());
        // One that is refused for telling of a refusal is not told of again.
        if (!batch.items().stream()
                .allMatch(item -> item.record().event().event().equals(EVENT))) {
            log.accept(event("refused")
                    .with("first_sequence", first)
                    .with("last_sequence", last)
                    .with("count", refused.count())
                    .build());
        }
    }

    /** What another log, which lay here, had behind a place. */
    void anotherLog(Mark place) {
        say("has got another log, up to record " + place.sequence() + "; it gets this one from its first record on");
        log.accept(event("another_log")
                .with("last_sequence", place.sequence())
                .with("last_hash", place.hash())
                .build());
    }

    private AuditEvent.Builder event(String reason) {
        return AuditEvent.of(clock.instant(), EVENT).with("receiver", receiver).with("reason", reason);
    }

    private void say(String what) {
        LOG.log(Level.ERROR, "receiver " + receiver + " of the audit log " + what);
    }
}
