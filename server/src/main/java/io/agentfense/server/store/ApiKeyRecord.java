package io.agentfense.server.store;

import java.time.Instant;
import java.util.Optional;

/**
 * An API key, without its secret and without the secret's hash.
 *
 * @param id {@code key_} and 16 hexadecimal digits
 * @param lastUsedAt to the minute
 */
public record ApiKeyRecord(
        String id,
        String userId,
        Role role,
        String description,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt) {
    /** Whether it opens anything at a time: neither revoked nor expired. */
    public boolean isValidAt(Instant now) {
        return revokedAt.isEmpty() && expiresAt.map(now::isBefore).orElse(true);
    }
}
