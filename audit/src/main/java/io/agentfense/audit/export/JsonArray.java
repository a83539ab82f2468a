package io.agentfense.audit.export;

import io.agentfense.audit.AuditRecord;
import java.io.IOException;
import java.io.OutputStream;

/** One JSON array, a record a line. */
final class JsonArray implements Exporter {
    private boolean any;

    @Override
    public void begin(OutputStream out) throws IOException {
        out.write('[');
    }

    @Override
    public void write(AuditRecord record, byte[] line, OutputStream out) throws IOException {
        if (any) {
            out.write(',');
        }
        any = true;
        out.write('\n');
        out.write(line);
    }

    @Override
    public void end(OutputStream out) throws IOException {
        out.write('\n');
        out.write(']');
        out.write('\n');
    }
}
