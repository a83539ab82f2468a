package io.agentfense.audit.log;

import io.agentfense.audit.AuditRecord;

/** Hears of records. */
@FunctionalInterface
public interface AuditListener {
    /**
     * Called once for each record, in their order, when it is on the disk. The log waits meanwhile: whoever needs time, or
     * calls the log, does so on another thread.
     */
    void recorded(AuditRecord record);
}
