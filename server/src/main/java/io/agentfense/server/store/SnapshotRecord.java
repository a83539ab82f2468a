package io.agentfense.server.store;

import java.time.Instant;

/**
 * A state of a sandbox's delta that was kept.
 *
 * @param id {@code snap_} and 16 hexadecimal digits
 * @param deltaId of the delta that holds it
 * @param layer what the delta calls it
 */
public record SnapshotRecord(
        String id, String sandboxId, String name, String deltaId, String layer, Instant createdAt) {}
