package io.agentfense.audit.forward;

import io.agentfense.audit.export.Exporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Records in some format. Stateless. */
final class Body {
    private Body() {}

    /** All of a batch. */
    static byte[] of(Batch batch, BodyFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Exporter exporter = format.export().exporter();
        exporter.begin(out);
        for (Batch.Item item : batch.items()) {
            exporter.write(item.record(), item.line(), out);
        }
        exporter.end(out);
        return out.toByteArray();
    }

    /** One record's line, without its newline. */
    static byte[] line(Batch.Item item, BodyFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.export().exporter().write(item.record(), item.line(), out);
        byte[] all = out.toByteArray();
        return Arrays.copyOf(all, all.length - 1);
    }
}
