package io.agentfense.server.access;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many calls of each user are worked on at one time: no more than there are places left for others. One user alone has
 * half of them, two have a third each, and who has none gets one, however many the others would like. Thread-safe.
 */
public final class CallPlaces {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Map<String, Integer> taken = new HashMap<>();
    private int free;

    /** So many, for all users together. */
    public CallPlaces(int most) {
        free = most;
    }

    /** One of them, given back when closed; closing twice gives it back once. */
    @FunctionalInterface
    public interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a place for a call, until nobody works on it any more.
     *
     * @throws AccessException {@code RateLimited} if the user has as many as are left
     */
    public Place take(String userId) throws AccessException {
        occupy(userId);
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                giveBack(userId);
            }
        };
    }

    private synchronized void occupy(String userId) throws AccessException {
        int own = taken.getOrDefault(userId, 0);
        if (own >= free) {
            throw new AccessException.RateLimited(
                    "the user has " + own + " calls that have not ended, and what is left is for others", RETRY_AFTER);
        }
        taken.put(userId, own + 1);
        free--;
    }

    private synchronized void giveBack(String userId) {
        taken.computeIfPresent(userId, (_, own) -> own > 1 ? own - 1 : null);
        free++;
    }
}
