package io.agentfense.server.rpc;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.format.NameText;
import io.agentfense.server.access.Caller;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.codebase.UploadedSecret;
import io.agentfense.server.codebase.UploadedSecrets;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Trail;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Writes down which uploads had credentials in them, before their callers hear of it. Thread-safe. */
public final class SecretTrail {
    private final Trail trail;
    private final InstantSource clock;

    /** In a trail. */
    public SecretTrail(Trail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /** The end of an upload. */
    @FunctionalInterface
    public interface Ending<T> {
        /** Puts its files in their place. */
        T finish() throws CodebaseException;
    }

    /**
     * Ends an upload, whether it is refused for its credentials or not.
     *
     * @param secrets those in what it brought
     * @throws Refusal UNAVAILABLE if they can't be written down
     */
    public <T> T end(Caller caller, String codebaseId, Ending<T> ending, Function<T, UploadedSecrets> secrets)
            throws CodebaseException, Refusal {
        try {
            T result = ending.finish();
            record(caller, codebaseId, secrets.apply(result), "warned");
            return result;
        } catch (CodebaseException.HasSecrets e) {
            record(caller, codebaseId, e.secrets(), "refused");
            throw e;
        }
    }

    private void record(Caller caller, String codebaseId, UploadedSecrets secrets, String outcome) throws Refusal {
        List<Trail.Pending> pending = new ArrayList<>();
        for (UploadedSecret secret : secrets.found()) {
            pending.add(trail.begin(AuditEvent.of(clock.instant(), "secret_found")
                    .with("user_id", caller.userId())
                    .with("codebase_id", codebaseId)
                    .with("path", NameText.of(secret.path().bytes()))
                    .with("rule", secret.rule())
                    .with("line", secret.line())
                    .with("outcome", outcome)
                    .build()));
        }
        for (Trail.Pending each : pending) {
            each.await();
        }
    }
}
