package io.agentfense.alert.sink;

import io.agentfense.alert.backlog.Backlog;
import io.agentfense.alert.evaluate.AlertChange;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one sink has yet to be told, and how often that is tried. What does not fit is lost and counted. Thread-safe. */
final class SinkQueue implements Backlog.Taker<AlertChange>, AutoCloseable {
    /** How many changes wait for one sink at most. */
    static final int CAPACITY = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SinkQueue.class);

    private final String name;
    private final Set<String> states;
    private final Sink sink;
    private final Patience patience;
    private final Backlog<AlertChange> backlog;
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    SinkQueue(String name, Set<String> states, Sink sink, Patience patience) {
        this.name = name;
        this.states = states;
        this.sink = sink;
        this.patience = patience;
        backlog = new Backlog<>("alert-sink-" + name, CAPACITY, this);
    }

    void start() {
        backlog.start();
    }

    /** Has it told, if it is to hear of such; never waits. */
    void offer(AlertChange change) {
        if (states.contains(change.state())) {
            backlog.offer(change);
        }
    }

    long told() {
        return told.get();
    }

    long failed() {
        return failed.get();
    }

    long lost() {
        return backlog.lost();
    }

    @Override
    public void take(AlertChange change) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                sink.tell(change);
                told.incrementAndGet();
                return;
            } catch (RefusedException e) {
                failed.incrementAndGet();
                backlog.lose(change, String.valueOf(e.getMessage()));
                return;
            } catch (IOException e) {
                failed.incrementAndGet();
                if (attempt == patience.attempts() || backlog.isClosing()) {
                    backlog.lose(change, String.valueOf(e.getMessage()));
                    return;
                }
                LOG.debug("alert sink {}: {}; trying again", name, e.getMessage());
            } catch (RuntimeException e) {
                failed.incrementAndGet();
                LOG.error("alert sink {}: failed", name, e);
                backlog.lose(change, "it failed");
                return;
            }
            Thread.sleep(patience.after(attempt));
        }
    }

    @Override
    public String refusal(AlertChange change) {
        return "alert sink " + name + ": did not take that alert "
                + change.alert().id() + " was " + change.state();
    }

    @Override
    public void end() {
        sink.close();
    }

    /** Tells what is waiting if that is soon done, and ends. */
    @Override
    public void close() {
        backlog.close();
    }
}
