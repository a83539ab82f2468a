package io.agentfense.audit.log;

/** What happens while records can't be written. */
public enum OnFailure {
    /** Nothing is accepted, until there is room again. What had been acknowledged before is kept and written then. */
    REFUSE,
    /** Records are lost. How many is the next record, {@code audit_gap}, once there is room again. */
    CONTINUE
}
