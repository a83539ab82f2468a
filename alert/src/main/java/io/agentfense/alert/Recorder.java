package io.agentfense.alert;

import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events of alerts to the audit log on a thread of its own: the log may wait for its disk, and is heard by the
 * evaluator on the thread that writes it. Thread-safe.
 */
final class Recorder implements AutoCloseable {
    /** How many events wait at most; beyond, they are lost and counted. */
    static final int CAPACITY = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
    private static final Duration AT_THE_END = Duration.ofSeconds(5);

    private final Consumer<AuditEvent> log;
    private final BlockingQueue<Optional<AuditEvent>> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("alert-recorder").unstarted(this::run);
    private volatile boolean closing;

    Recorder(Consumer<AuditEvent> log) {
        this.log = log;
    }

    void start() {
        thread.start();
    }

    /** Has an event written; never waits. */
    void record(AuditEvent event) {
        if (closing || !waiting.offer(Optional.of(event))) {
            lose(event, "too many are waiting");
        }
    }

    long lost() {
        return lost.get();
    }

    private void run() {
        try {
            while (!closing || !waiting.isEmpty()) {
                waiting.take().ifPresent(this::write);
            }
        } catch (InterruptedException _) {
            waiting.forEach(left -> left.ifPresent(event -> lose(event, "the server ends")));
        }
    }

    private void write(AuditEvent event) {
        try {
            log.accept(event);
        } catch (RuntimeException e) {
            lose(event, String.valueOf(e.getMessage()));
        }
    }

    private void lose(AuditEvent event, String why) {
        long all = lost.incrementAndGet();
        // A flood of losses is told by its powers of two.
        if (Long.bitCount(all) == 1) {
            LOG.error("the audit log did not take an event {}: {}; {} lost so far", event.event(), why, all);
        }
    }

    /** Writes what is waiting if that is soon done, and ends. */
    @Override
    public void close() {
        closing = true;
        // Where there is no room for the end, nobody waits for it.
        boolean _ = waiting.offer(Optional.empty());
        try {
            if (!thread.join(AT_THE_END)) {
                thread.interrupt();
                thread.join(AT_THE_END);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
