package io.agentfense.audit.forward;

import io.agentfense.audit.AuditRecord;
import java.util.List;

/**
 * Records that are sent together, in order and with no hole between them; at least one.
 *
 * @param items the records and their lines
 */
record Batch(List<Item> items) {
    /** How many records a batch has at most. */
    static final int MOST_RECORDS = 500;

    /** At how many bytes of lines a batch is full. */
    static final int FULL_BYTES = 1 << 20;

    /**
     * A record.
     *
     * @param line as it is written, without its newline
     */
    record Item(AuditRecord record, byte[] line) {}

    Batch {
        items = List.copyOf(items);
    }

    AuditRecord first() {
        return items.getFirst().record();
    }

    Mark last() {
        return Mark.of(items.getLast().record());
    }

    int size() {
        return items.size();
    }

    /** The same for the same records, and for no others: the last hash depends on all before it. */
    String id() {
        return first().sequence() + "-" + last().sequence() + "-" + last().hash();
    }
}
