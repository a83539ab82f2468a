package io.agentfense.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.JsonLine;
import io.agentfense.audit.format.Timestamps;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180. Texts are as within quotes in JSON, so that a row is a line. A cell that a spreadsheet would take for a formula
 * begins with an apostrophe. What has no column of its own is in the last, as JSON.
 */
final class Csv implements Exporter {
    private static final List<String> FIELDS = List.of(
            "user_id",
            "sandbox_id",
            "codebase_id",
            "path",
            "operation",
            "permission",
            "rule",
            "command",
            "exit_code",
            "duration_ms",
            "count");
    private static final String FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20|%";

    @Override
    public void begin(OutputStream out) throws IOException {
        String head = "timestamp,event,sequence," + String.join(",", FIELDS) + ",hash,more\r\n";
        out.write(head.getBytes(UTF_8));
    }

    @Override
    public void write(AuditRecord record, byte[] line, OutputStream out) throws IOException {
        AuditEvent event = record.event();
        Map<String, Object> more = new LinkedHashMap<>(event.fields());
        StringBuilder row = new StringBuilder(Timestamps.text(event.timestamp()));
        row.append(',').append(cell(event.event()));
        row.append(',').append(record.sequence());
        for (String field : FIELDS) {
            row.append(',').append(cell(more.remove(field)));
        }
        row.append(',').append(record.hash()).append(',');
        if (!more.isEmpty()) {
            row.append(quoted(new String(JsonLine.of(more), UTF_8)));
        }
        out.write(row.append("\r\n").toString().getBytes(UTF_8));
    }

    private static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text(text);
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quoted(new String(JsonLine.of(Map.of("value", value)), UTF_8));
        };
    }

    private static String text(String value) {
        String text = new String(JsonLine.text(value), UTF_8).replace("\\\"", "\"");
        // A spreadsheet passes over spaces.
        String bare = text.stripLeading();
        boolean formula = !bare.isEmpty() && FORMULA.indexOf(bare.charAt(0)) >= 0;
        return quoted(formula ? "'" + text : text);
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == ' ' || c == '\'');
        return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
