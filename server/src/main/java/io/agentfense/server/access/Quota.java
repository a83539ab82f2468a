package io.agentfense.server.access;

import io.agentfense.server.config.LimitsConfig;
import io.agentfense.server.store.Pending;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxTable;
import java.util.function.Supplier;

/** What each user may have at one time. Exact under any number of calls at once. Thread-safe. */
public final class Quota {
    @SuppressWarnings("unused")
    private final SandboxTable sandboxes;

    @SuppressWarnings("unused")
    private final Supplier<LimitsConfig> limits;

    /** @param limits asked each time, so that a reload holds at once */
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
        return Pending.now();
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
        return Pending.now();
    }
}
