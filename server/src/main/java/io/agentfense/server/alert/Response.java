package io.agentfense.server.alert;

import io.agentfense.alert.action.AlertActions;
import io.agentfense.audit.AuditEvent;
import io.agentfense.server.sandbox.Deltas;
import io.agentfense.server.sandbox.Isolations;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Sandboxes;
import io.agentfense.server.sandbox.Sweep;
import io.agentfense.server.sandbox.Trail;
import io.agentfense.server.store.UserTable;
import java.io.IOException;
import java.time.InstantSource;

/** What alerts do to sandboxes and users. Thread-safe. */
public final class Response implements AlertActions {
    private static final String BY_ALERT = "an alert";

    private final Sandboxes sandboxes;
    private final Isolations isolations;
    private final Deltas deltas;
    private final UserTable users;
    private final Sweep sweep;
    private final Trail trail;
    private final InstantSource clock;

    /** On these. */
    public Response(
            Sandboxes sandboxes,
            Isolations isolations,
            Deltas deltas,
            UserTable users,
            Sweep sweep,
            Trail trail,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.isolations = isolations;
        this.deltas = deltas;
        this.users = users;
        this.sweep = sweep;
        this.trail = trail;
        this.clock = clock;
    }

    @Override
    public void freeze(String sandboxId) throws IOException {
        attempt(() -> sandboxes.freeze(sandboxId));
    }

    @Override
    public void isolate(String sandboxId) throws IOException {
        attempt(() -> isolations.isolate(sandboxId, "alert", "isolated by " + BY_ALERT, false));
    }

    @Override
    public void snapshot(String sandboxId) throws IOException {
        attempt(() -> deltas.snapshot(sandboxId, BY_ALERT));
    }

    @Override
    public void destroy(String sandboxId) throws IOException {
        attempt(() -> sandboxes.destroy(sandboxId));
    }

    @Override
    public void blockUser(String userId) throws IOException {
        String reason = "blocked by " + BY_ALERT;
        users.block(userId, reason, clock.instant());
        sweep.stopAllOf(userId, "its user was " + reason);
        attempt(() -> trail.record(AuditEvent.of(clock.instant(), "user_blocked")
                .with("user_id", userId)
                .with("reason", reason)
                .build()));
    }

    /** What a server refuses. */
    @FunctionalInterface
    private interface Step {
        void take() throws IOException, Refusal;
    }

    /** A sandbox that has gone needs nothing done to it any more. */
    private static void attempt(Step step) throws IOException {
        try {
            step.take();
        } catch (Refusal e) {
            if (e.kind() != Refusal.Kind.NOT_FOUND) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }
}
