package io.agentfense.server.sandbox;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** How many commands of one user run at one time. Thread-safe. */
final class CommandQuota {
    private final IntSupplier limit;
    private final Map<String, Integer> running = new ConcurrentHashMap<>();

    /**
     * A quota.
     *
     * @param limit asked each time; 0 for none
     */
    CommandQuota(IntSupplier limit) {
        this.limit = limit;
    }

    /**
     * Counts a command until the result is closed.
     *
     * @throws Refusal EXHAUSTED
     */
    Place take(String owner) throws Refusal {
        int most = limit.getAsInt();
        int now = running.merge(owner, 1, Integer::sum);
        Place place = () -> running.computeIfPresent(owner, (_, count) -> count == 1 ? null : count - 1);
        if (most > 0 && now > most) {
            place.close();
            throw new Refusal(
                    Refusal.Kind.EXHAUSTED,
                    owner + " runs " + most
                            + " commands, as many as one user may at one time (limits.concurrent_commands)");
        }
        return place;
    }

    /** A command that counts. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }
}
