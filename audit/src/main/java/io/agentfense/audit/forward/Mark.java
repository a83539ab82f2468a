package io.agentfense.audit.forward;

import io.agentfense.audit.AuditRecord;

/**
 * A place in a log.
 *
 * @param sequence the number of the record there; 0 for before the first
 * @param hash its hash; {@link #UNKNOWN} of one that was never seen
 */
record Mark(long sequence, String hash) {
    static final String UNKNOWN = "-";

    static Mark of(AuditRecord record) {
        return new Mark(record.sequence(), record.hash());
    }

    /** Of a record that is gone. */
    static Mark unseen(long sequence) {
        return new Mark(sequence, UNKNOWN);
    }

    /** Whether this can be the place of a record. */
    boolean fits(AuditRecord record) {
        return record.sequence() != sequence || hash.equals(UNKNOWN) || hash.equals(record.hash());
    }
}
