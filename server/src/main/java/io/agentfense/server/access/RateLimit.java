package io.agentfense.server.access;

import io.agentfense.server.store.Pending;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** How many calls each user makes per second: a token bucket for each. Thread-safe. */
public final class RateLimit {
    @SuppressWarnings("unused")
    private final IntSupplier perSecond;

    @SuppressWarnings("unused")
    private final LongSupplier nanoTime;

    /**
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
     * @throws AccessException {@code RateLimited} if it comes too early
     */
    public void check(String userId) throws AccessException {
        Pending.now();
    }
}
