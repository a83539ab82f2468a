package io.agentfense.server.access;

import io.agentfense.server.store.ApiKeyRecord;
import io.agentfense.server.store.ApiKeyTable;
import io.agentfense.server.store.Pending;
import io.agentfense.server.store.Role;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** API keys: made, listed, revoked, checked. Thread-safe. */
public final class ApiKeys {
    @SuppressWarnings("unused")
    private final ApiKeyTable table;

    @SuppressWarnings("unused")
    private final InstantSource clock;

    public ApiKeys(ApiKeyTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /**
     * A key that was just made.
     *
     * @param key the whole key, {@code af_<id>_<secret>}; nobody can tell it again
     */
    public record Created(ApiKeyRecord record, String key) {
        /** Without the key. */
        @Override
        public String toString() {
            return "Created[" + record + "]";
        }
    }

    /**
     * Makes a key.
     *
     * @param expiresIn empty for never
     * @throws AccessException {@code Invalid} for a user id, description or time that can't be
     */
    public Created create(String userId, Role role, String description, Optional<Duration> expiresIn)
            throws AccessException {
        return Pending.now();
    }

    /** The keys that are not revoked: of one user, or of all. */
    public List<ApiKeyRecord> list(Optional<String> userId) {
        return table.list(userId);
    }

    /** Revokes a key for good, from the next call on; false if there is none. */
    public boolean revoke(String keyId) {
        return table.revoke(keyId, clock.instant());
    }
}
