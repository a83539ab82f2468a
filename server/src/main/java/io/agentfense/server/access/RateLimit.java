package io.agentfense.server.access;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** How many calls each user makes per second: a token bucket for each. Thread-safe. */
public final class RateLimit {
    private static final long SECOND = 1_000_000_000L;
    /** From so many buckets on those that are full again are dropped: whoever has none has a full one. */
    private static final int MANY = 10_000;

    private final IntSupplier perSecond;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, Long> buckets = new ConcurrentHashMap<>();

    /**
     * A limit of its own for each user.
     *
     * @param perSecond calls per second on average, and the most at once; 0 for no limit. Asked each time
     * @param nanoTime a clock that only goes forward, as {@link System#nanoTime}
     */
    public RateLimit(IntSupplier perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    /**
     * Counts a call.
     *
     * @throws AccessException {@code RateLimited} if it comes too early; it is not counted then
     */
    public void check(String userId) throws AccessException {
        int limit = perSecond.getAsInt();
        if (limit == 0) {
            return;
        }
        long wait = waitFor(userId, limit, nanoTime.getAsLong());
        if (wait > 0) {
            throw new AccessException.RateLimited(
                    "more than the " + limit + " calls per second of limits.requests_per_second",
                    Duration.ofNanos(wait));
        }
    }

    /**
     * A bucket is the time at which it is full (GCRA, ATM Forum TM 4.0): each call moves it on by one interval, and may
     * do so while it is at most a second ahead of now.
     */
    private long waitFor(String userId, int limit, long now) {
        long interval = SECOND / limit;
        long[] wait = {0};
        buckets.compute(userId, (_, fullAt) -> {
            long from = fullAt == null || fullAt - now < 0 ? now : fullAt;
            long next = from + interval;
            wait[0] = next - now - interval * limit;
            return wait[0] > 0 ? fullAt : Long.valueOf(next);
        });
        if (buckets.size() > MANY) {
            buckets.values().removeIf(fullAt -> fullAt - now <= 0);
        }
        return wait[0];
    }
}
