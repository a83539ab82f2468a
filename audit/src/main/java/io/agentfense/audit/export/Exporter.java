package io.agentfense.audit.export;

import io.agentfense.audit.AuditRecord;
import java.io.IOException;
import java.io.OutputStream;

/** Writes records in some format. Not thread-safe. */
public interface Exporter {
    /** What comes before the first record. */
    default void begin(OutputStream out) throws IOException {}

    /**
     * Writes a record.
     *
     * @param line the record as it is written, without its newline
     */
    void write(AuditRecord record, byte[] line, OutputStream out) throws IOException;

    /** What comes behind the last record. */
    default void end(OutputStream out) throws IOException {}
}
