package io.agentfense.audit.log;

/** When a record is acknowledged. */
public enum Durability {
    /** Once it is on the disk. */
    SYNC,
    /** Once it is accepted; it is on the disk within {@link AuditLogOptions#batch()}. */
    BATCHED
}
