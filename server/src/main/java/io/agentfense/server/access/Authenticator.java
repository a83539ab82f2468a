package io.agentfense.server.access;

import io.agentfense.server.config.AuthConfig;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Pending;
import java.time.InstantSource;
import java.util.Optional;

/** Finds out who calls. Thread-safe. */
public final class Authenticator {
    @SuppressWarnings("unused")
    private final AuthConfig config;

    @SuppressWarnings("unused")
    private final Database database;

    @SuppressWarnings("unused")
    private final InstantSource clock;

    public Authenticator(AuthConfig config, Database database, InstantSource clock) {
        this.config = config;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Who sent a request.
     *
     * @param authorization the value of its {@code authorization} header, if it has one
     * @throws AccessException {@code Unauthenticated}, or {@code Denied} for a blocked user
     */
    public Caller authenticate(Optional<String> authorization) throws AccessException {
        return Pending.now();
    }
}
