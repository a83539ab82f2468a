package io.agentfense.server.store;

import java.time.Instant;

/**
 * A secret without its value.
 *
 * @param ownerId whose sandboxes may use it
 * @param createdAt when its name was first used
 * @param updatedAt when its value was set
 */
public record SecretRecord(String ownerId, String name, Instant createdAt, Instant updatedAt) {}
