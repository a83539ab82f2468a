package io.agentfense.audit.export;

import io.agentfense.audit.AuditRecord;
import java.io.IOException;
import java.io.OutputStream;

/** The lines of the log, byte for byte: whoever has all of them can verify them. */
final class JsonLines implements Exporter {
    @Override
    public void write(AuditRecord record, byte[] line, OutputStream out) throws IOException {
        out.write(line);
        out.write('\n');
    }
}
