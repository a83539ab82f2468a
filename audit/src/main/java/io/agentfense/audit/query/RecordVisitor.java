package io.agentfense.audit.query;

import io.agentfense.audit.AuditRecord;
import java.io.IOException;

/** Looks at records, one after the other. */
@FunctionalInterface
public interface RecordVisitor {
    /**
     * Looks at a record.
     *
     * @param line the record as it is written, without its newline
     * @return whether to go on
     */
    boolean visit(AuditRecord record, byte[] line) throws IOException;
}
