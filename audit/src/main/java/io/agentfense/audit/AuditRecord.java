package io.agentfense.audit;

/**
 * An event with its place in the log.
 *
 * @param event what happened
 * @param sequence the record's number: 1 for the first of a log, and one more for each that follows
 * @param hash the record's hash in lower-case hexadecimal, which depends on all records before it
 */
public record AuditRecord(AuditEvent event, long sequence, String hash) {}
