package io.agentfense.server.store;

import java.time.Instant;

/**
 * Somebody who owns things, or was blocked.
 *
 * @param reason why it is blocked; empty if it is not
 * @param createdAt when it was first heard of
 */
public record UserRecord(String id, boolean blocked, String reason, Instant createdAt) {}
