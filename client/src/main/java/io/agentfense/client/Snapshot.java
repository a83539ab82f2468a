package io.agentfense.client;

import java.time.Instant;

/** A state of a sandbox's files, to go back to by {@link Sandbox#rollback}. */
public record Snapshot(String id, String name, Instant createdAt) {}
