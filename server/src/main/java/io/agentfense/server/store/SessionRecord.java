package io.agentfense.server.store;

import java.time.Instant;
import java.util.Optional;

/**
 * A shell session.
 *
 * @param id {@code sess_} and 16 hexadecimal digits
 * @param reason why it is closed, for people; empty while it is active
 */
public record SessionRecord(
        String id,
        String sandboxId,
        SessionState state,
        String shell,
        String reason,
        Instant createdAt,
        Optional<Instant> closedAt) {}
