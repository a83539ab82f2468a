package io.agentfense.client;

import java.time.Instant;

/**
 * What the server knew of a codebase when it answered.
 *
 * @param size bytes in all of its files
 */
public record Codebase(
        String id, String name, String ownerId, long size, int fileCount, Instant createdAt, Instant updatedAt) {}
