package io.agentfense.alert.backlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one taker has yet to take, and the thread that gives it to it. What does not fit is lost, counted and logged.
 * Thread-safe.
 */
public final class Backlog<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final Duration AT_THE_END = Duration.ofSeconds(5);

    private final Taker<T> taker;

    /** An empty one is the end, for a thread that waits when it comes. */
    private final BlockingQueue<Optional<T>> waiting;

    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    /** Takes one at a time, on the backlog's thread. */
    public interface Taker<T> {
        /**
         * Takes one, or says that it is {@linkplain Backlog#lose lost}; may wait.
         *
         * @throws InterruptedException if there is no time left; it is lost then
         */
        void take(T item) throws InterruptedException;

        /** For the log: who did not take what. */
        String refusal(T item);

        /** There will be no more. */
        default void end() {}
    }

    /**
     * An empty one.
     *
     * @param name the thread's
     * @param capacity how many wait at most
     */
    public Backlog(String name, int capacity, Taker<T> taker) {
        this.taker = taker;
        waiting = new ArrayBlockingQueue<>(capacity);
        thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** Begins to give what waits; to be called once. */
    public void start() {
        thread.start();
    }

    /** Has one taken; never waits. */
    public void offer(T item) {
        if (closing || !waiting.offer(Optional.of(item))) {
            lose(item, "too many are waiting");
        }
    }

    /** For the taker: it does not take this one. */
    public void lose(T item, String why) {
        long all = lost.incrementAndGet();
        // A flood of losses is told by its powers of two.
        if (Long.bitCount(all) == 1) {
            LOG.error("{}: {}; {} lost so far", taker.refusal(item), why, all);
        }
    }

    /** How many were lost. */
    public long lost() {
        return lost.get();
    }

    /** For the taker: whether this is the end, and no time to try again. */
    public boolean isClosing() {
        return closing;
    }

    private void run() {
        try {
            while (!closing || !waiting.isEmpty()) {
                Optional<T> next = waiting.take();
                if (next.isPresent()) {
                    give(next.get());
                }
            }
        } catch (InterruptedException _) {
            waiting.forEach(left -> left.ifPresent(this::loseAtTheEnd));
        } finally {
            taker.end();
        }
    }

    private void give(T item) throws InterruptedException {
        try {
            taker.take(item);
        } catch (InterruptedException e) {
            loseAtTheEnd(item);
            throw e;
        }
    }

    private void loseAtTheEnd(T item) {
        lose(item, "the server ends");
    }

    /** Has what is waiting taken if that is soon done, and ends. */
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
