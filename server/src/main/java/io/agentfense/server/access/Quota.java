package io.agentfense.server.access;

import io.agentfense.server.config.LimitsConfig;
import io.agentfense.server.store.Insertion;
import io.agentfense.server.store.SandboxQuota;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxTable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** What each user may have at one time. Exact under any number of calls at once. Thread-safe. */
public final class Quota {
    private final SandboxTable sandboxes;
    private final Supplier<LimitsConfig> limits;
    private final ConcurrentHashMap<String, Integer> commands = new ConcurrentHashMap<>();

    /**
     * Quotas over a store.
     *
     * @param limits asked each time, so that a reload holds at once
     */
    public Quota(SandboxTable sandboxes, Supplier<LimitsConfig> limits) {
        this.sandboxes = sandboxes;
        this.limits = limits;
    }

    /** What became of a sandbox that was to be added. */
    public enum Added {
        DONE,
        /** Its codebase is not there, or no longer. */
        NO_CODEBASE
    }

    /**
     * Adds a sandbox to the store if its owner may have another.
     *
     * @throws AccessException {@code QuotaExceeded}, or {@code RateLimited} for too many within an hour
     */
    public Added add(SandboxRecord sandbox) throws AccessException {
        LimitsConfig now = limits.get();
        return switch (sandboxes.insert(sandbox, new SandboxQuota(now.sandboxes(), now.createdPerHour()))) {
            case Insertion.Done _ -> Added.DONE;
            case Insertion.NoCodebase _ -> Added.NO_CODEBASE;
            case Insertion.TooMany(long limit) ->
                throw new AccessException.QuotaExceeded(
                        "sandbox.max_per_user", limit, "the user has its " + limit + " sandboxes; destroy one first");
            case Insertion.TooFast(long limit, Instant freeAt) ->
                throw new AccessException.RateLimited(
                        "the user has created its " + limit + " sandboxes of this hour",
                        Duration.between(sandbox.createdAt(), freeAt));
        };
    }

    /** The right to run one command, given back when closed; closing twice gives it back once. */
    public interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a slot for a command.
     *
     * @throws AccessException {@code QuotaExceeded} if the user runs as many as it may
     */
    public Slot command(String userId) throws AccessException {
        int limit = limits.get().concurrentCommands();
        boolean[] taken = {false};
        commands.compute(userId, (_, running) -> {
            int count = running == null ? 0 : running;
            taken[0] = limit == 0 || count < limit;
            return taken[0] ? Integer.valueOf(count + 1) : running;
        });
        if (!taken[0]) {
            throw new AccessException.QuotaExceeded(
                    "limits.concurrent_commands",
                    limit,
                    "the user runs its " + limit + " commands; wait for one to end");
        }
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                commands.computeIfPresent(userId, (_, running) -> running > 1 ? running - 1 : null);
            }
        };
    }
}
