package io.agentfense.alert;

import io.agentfense.alert.backlog.Backlog;
import io.agentfense.audit.AuditEvent;
import java.util.function.Consumer;

/**
 * Hands events of alerts to the audit log on a thread of its own: the log may wait for its disk, and is heard by the
 * evaluator on the thread that writes it. Thread-safe.
 */
final class Recorder implements Backlog.Taker<AuditEvent>, AutoCloseable {
    /** How many events wait at most; beyond, they are lost and counted. */
    private static final int CAPACITY = 10_000;

    private final Consumer<AuditEvent> log;
    private final Backlog<AuditEvent> backlog = new Backlog<>("alert-recorder", CAPACITY, this);

    Recorder(Consumer<AuditEvent> log) {
        this.log = log;
    }

    void start() {
        backlog.start();
    }

    /** Has an event written; never waits. */
    void record(AuditEvent event) {
        backlog.offer(event);
    }

    long lost() {
        return backlog.lost();
    }

    @Override
    public void take(AuditEvent event) {
        try {
            log.accept(event);
        } catch (RuntimeException e) {
            backlog.lose(event, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String refusal(AuditEvent event) {
        return "the audit log did not take an event " + event.event();
    }

    /** Writes what is waiting if that is soon done, and ends. */
    @Override
    public void close() {
        backlog.close();
    }
}
