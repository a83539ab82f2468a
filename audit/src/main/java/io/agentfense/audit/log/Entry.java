package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.format.RecordEncoder;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to the disk.
 *
 * @param event what happened
 * @param head its line as far as it does not depend on those before
 * @param receipt what its caller holds; null if nobody waits
 * @param arrival when it came, by {@code System.nanoTime()}
 */
record Entry(AuditEvent event, byte[] head, @Nullable Receipt receipt, long arrival) {
    /** Encodes an event, on the caller's thread. */
    static Entry of(AuditEvent event, @Nullable Receipt receipt) {
        return new Entry(event, RecordEncoder.encode(event), receipt, System.nanoTime());
    }

    boolean isSync() {
        return receipt != null && receipt.durability() == Durability.SYNC;
    }
}
