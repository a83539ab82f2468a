package io.agentfense.alert.sink;

import io.agentfense.alert.evaluate.AlertChange;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one sink has yet to be told, and the thread that tells it. What does not fit is lost and counted. Thread-safe. */
final class SinkQueue implements AutoCloseable {
    /** How many changes wait for one sink at most. */
    static final int CAPACITY = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SinkQueue.class);
    private static final Duration AT_THE_END = Duration.ofSeconds(5);

    private final String name;
    private final Set<String> states;
    private final Sink sink;
    private final Patience patience;

    /** An empty one is the end, for a thread that waits when it comes. */
    private final BlockingQueue<Optional<AlertChange>> waiting = new ArrayBlockingQueue<>(CAPACITY);

    private final AtomicLong told = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    SinkQueue(String name, Set<String> states, Sink sink, Patience patience) {
        this.name = name;
        this.states = states;
        this.sink = sink;
        this.patience = patience;
        thread = Thread.ofVirtual().name("alert-sink-" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Has it told, if it is to hear of such; never waits. */
    void offer(AlertChange change) {
        if (states.contains(change.state()) && (closing || !waiting.offer(Optional.of(change)))) {
            lose(change, "too many are waiting");
        }
    }

    long told() {
        return told.get();
    }

    long failed() {
        return failed.get();
    }

    long lost() {
        return lost.get();
    }

    private void run() {
        try {
            while (!closing || !waiting.isEmpty()) {
                Optional<AlertChange> next = waiting.take();
                if (next.isPresent()) {
                    tell(next.get());
                }
            }
        } catch (InterruptedException _) {
            waiting.forEach(left -> left.ifPresent(change -> lose(change, "the server ends")));
        } finally {
            sink.close();
        }
    }

    private void tell(AlertChange change) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                sink.tell(change);
                told.incrementAndGet();
                return;
            } catch (RefusedException e) {
                failed.incrementAndGet();
                lose(change, String.valueOf(e.getMessage()));
                return;
            } catch (IOException e) {
                failed.incrementAndGet();
                if (attempt == patience.attempts() || closing) {
                    lose(change, String.valueOf(e.getMessage()));
                    return;
                }
                LOG.debug("alert sink {}: {}; trying again", name, e.getMessage());
            } catch (InterruptedException e) {
                lose(change, "the server ends");
                throw e;
            } catch (RuntimeException e) {
                failed.incrementAndGet();
                LOG.error("alert sink {}: failed", name, e);
                lose(change, "it failed");
                return;
            }
            try {
                Thread.sleep(patience.after(attempt));
            } catch (InterruptedException e) {
                lose(change, "the server ends");
                throw e;
            }
        }
    }

    private void lose(AlertChange change, String why) {
        long all = lost.incrementAndGet();
        // A flood of losses is told by its powers of two.
        if (Long.bitCount(all) == 1) {
            LOG.error(
                    "alert sink {}: did not take that alert {} was {}: {}; {} lost so far",
                    name,
                    change.alert().id(),
                    change.state(),
                    why,
                    all);
        }
    }

    /** Tells what is waiting if that is soon done, and ends. */
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
