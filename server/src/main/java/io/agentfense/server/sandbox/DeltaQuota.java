package io.agentfense.server.sandbox;

import java.util.function.LongSupplier;

/**
 * How much one user's running sandboxes may hold uncommitted, all together. No delta can grow beyond the whole of it by
 * itself; what several hold is looked at before each command, so a command that is running may still pass it. Thread-safe.
 */
final class DeltaQuota {
    private final LongSupplier limit;

    /**
     * A quota.
     *
     * @param limit in bytes, asked each time; 0 for none
     */
    DeltaQuota(LongSupplier limit) {
        this.limit = limit;
    }

    /** The most that one delta may hold, for a sandbox with such a limit of its own; 0 for none. */
    long of(long diskBytes) {
        long all = limit.getAsLong();
        return all == 0 ? diskBytes : diskBytes == 0 ? all : Math.min(all, diskBytes);
    }

    /**
     * Refuses to begin something new while a user's deltas hold too much.
     *
     * @throws Refusal EXHAUSTED
     */
    void check(String ownerId, Iterable<RunningSandbox> running) throws Refusal {
        long most = limit.getAsLong();
        if (most == 0) {
            return;
        }
        long sum = 0;
        for (RunningSandbox sandbox : running) {
            if (sandbox.ownerId().equals(ownerId)) {
                sum += sandbox.workspace().deltaBytes();
            }
        }
        if (sum >= most) {
            throw new Refusal(
                    Refusal.Kind.EXHAUSTED,
                    "the user's sandboxes hold " + sum + " bytes that are not committed, of " + most
                            + " (limits.delta_bytes); commit or discard some");
        }
    }
}
