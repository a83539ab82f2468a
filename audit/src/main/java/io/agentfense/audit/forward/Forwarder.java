package io.agentfense.audit.forward;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Sends a log's records to one receiver, on a thread of its own. How it stands can be asked by any thread. */
public final class Forwarder {
    private static final Logger LOG = System.getLogger("agentfense.audit");

    /** How long records are waited for that come with the first one. */
    private static final long GATHER_MILLIS = 100;

    private static final long IDLE_MILLIS = 500;
    private static final long IN_FLIGHT_MILLIS = 50;

    private final Path log;
    private final String name;
    private final Way way;
    private final Position position;
    private final Tip tip;
    private final Gaps gaps;
    private final Standing standing;
    private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private int most = Batch.MOST_RECORDS;
    private volatile long deadline;

    Forwarder(Path log, String name, Way way, Position position, Tip tip, Gaps gaps, InstantSource clock) {
        this.log = log;
        this.name = name;
        this.way = way;
        this.position = position;
        this.tip = tip;
        this.gaps = gaps;
        standing = new Standing(tip, mark().sequence(), clock);
        thread = Thread.ofPlatform().name("audit-forward-" + name).daemon().unstarted(this::run);
    }

    /** The receiver's name. */
    public String name() {
        return name;
    }

    /** How it stands. */
    public Standing standing() {
        return standing;
    }

    void start() {
        thread.start();
    }

    private Mark mark() {
        Mark mark = position.mark();
        return mark == null ? Mark.unseen(0) : mark;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void run() {
        boolean again = true;
        while (again) {
            try {
                connected();
                again = false;
            } catch (InterruptedException e) {
                again = false;
            } catch (IOException | RuntimeException e) {
                again = pauses(e);
            }
        }
    }

    /** Waits after a failure; false if this is to end. */
    private boolean pauses(Exception failure) {
        Duration pause = backoff.after(failure);
        long row = standing.failed();
        // A receiver that stays away is told of by the powers of two.
        Level level = Long.bitCount(row) == 1 ? Level.WARNING : Level.DEBUG;
        LOG.log(
                level,
                "receiver " + name + " of the audit log: " + Objects.requireNonNullElse(failure.getMessage(), failure)
                        + "; failure " + row + " in a row, " + standing.lagRecords() + " records wait, next attempt in "
                        + pause.toMillis() + " ms");
        try {
            return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void connected() throws IOException, InterruptedException {
        Flight flight = new Flight(mark().sequence());
        try (Feed feed = Feed.open(log, mark().sequence(), tip)) {
            // Before the way is looked at, so that it is known how long what is there has been waiting.
            Optional<Batch> batch = next(feed, flight);
            try (Link link = way.opening().open()) {
                if (!way.remembersBatches()) {
                    standing.connected();
                }
                while (!isStopping() || beforeTheEnd(flight)) {
                    if (batch.isPresent()) {
                        send(batch.get(), link, flight);
                    }
                    settle(link, flight);
                    if (batch.isEmpty()) {
                        await(feed, flight);
                    }
                    batch = next(feed, flight);
                }
                link.finish(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
                settle(link, flight);
            }
        }
    }

    private boolean beforeTheEnd(Flight flight) {
        return flight.last() < tip.sequence() && System.nanoTime() - deadline < 0;
    }

    private Optional<Batch> next(Feed feed, Flight flight) throws IOException {
        boolean begun = way.remembersBatches() && position.sending() > mark().sequence();
        Optional<Batch> batch = begun ? feed.next(most, position.sending()) : Optional.empty();
        if (!begun || batch.isEmpty() && feed.isBeyond(position.sending())) {
            // There is no other batch to be gone on with, or all of it has been deleted.
            batch = feed.next(most, Long.MAX_VALUE);
        }
        if (batch.isPresent() && flight.isEmpty()) {
            standing.waitsSince(batch.get().first().event().timestamp());
        }
        return batch;
    }

    private void await(Feed feed, Flight flight) throws InterruptedException {
        feed.await(flight.isEmpty() ? IDLE_MILLIS : IN_FLIGHT_MILLIS);
        if (way.remembersBatches() && tip.sequence() > flight.last()) {
            boolean _ = stopping.await(GATHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void send(Batch batch, Link link, Flight flight) throws IOException, InterruptedException {
        if (batch.first().sequence() > flight.last() + 1) {
            gap(batch.first().sequence(), link, flight);
        }
        if (way.remembersBatches()) {
            position.begin(batch.last().sequence());
        }
        try {
            link.send(batch).ifPresent(refused -> refused(batch, refused));
        } catch (TooLargeException e) {
            tooLarge(batch, e);
        }
        flight.sent(batch);
    }

    private void gap(long end, Link link, Flight flight) throws IOException, InterruptedException {
        // What came before it counts as received first, or a failure would make it a part of the gap.
        while (!flight.isEmpty()) {
            settle(link, flight);
            Thread.sleep(IN_FLIGHT_MILLIS);
        }
        long first = flight.last() + 1;
        standing.lost(end - first);
        gaps.deleted(first, end - 1);
        moved(Mark.unseen(end - 1));
    }

    private void moved(Mark to) throws IOException {
        position.reached(to);
        standing.moved(to.sequence());
    }

    /** Smaller ones from now on; of a single record nothing can be taken away. */
    private void tooLarge(Batch batch, TooLargeException e) throws IOException {
        if (batch.size() > 1) {
            most = batch.size() / 2;
            position.begin(batch.items().get(most - 1).record().sequence());
            throw new BusyException(e.getMessage() + " to " + batch.size() + " records; sending fewer", Duration.ZERO);
        }
        refused(batch, new Link.Refused(1, "it is too large"));
        moved(batch.last());
    }

    private void refused(Batch batch, Link.Refused refused) {
        standing.lost(refused.count());
        gaps.refused(batch, refused);
    }

    private void settle(Link link, Flight flight) throws IOException {
        Optional<Mark> received = link.received();
        if (received.isPresent() && received.get().sequence() > mark().sequence()) {
            position.reached(received.get());
            standing.receivedUpTo(received.get().sequence());
            backoff.reset();
        }
        flight.received(mark().sequence());
        standing.waitsSince(flight.since().orElse(null));
    }

    /** Asks it to end once it has sent what there is. */
    void stop(long until) {
        deadline = until;
        stopping.countDown();
    }

    /** Waits until it has ended, and makes it end after the time; false if it did not even so. */
    boolean join(long until) {
        boolean ended = false;
        try {
            ended = thread.join(Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime())));
            if (!ended) {
                thread.interrupt();
                ended = thread.join(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        if (standing.lagRecords() > 0) {
            LOG.log(
                    Level.WARNING,
                    "receiver " + name + " of the audit log: " + standing.lagRecords()
                            + " records wait for the next start");
        }
        return ended;
    }
}
