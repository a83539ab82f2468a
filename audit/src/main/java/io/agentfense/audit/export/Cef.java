package io.agentfense.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.JsonLine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Common Event Format, version 0. In its head {@code |} and {@code \} are escaped, in its fields {@code =} and
 * {@code \}; characters that are not seen are as within quotes in JSON. What no key is for is in {@code cs6}, as JSON.
 */
final class Cef implements Exporter {
    private static final Map<String, String> KEYS = keys();

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("user_id", "suser");
        keys.put("sandbox_id", "deviceExternalId");
        keys.put("codebase_id", "cs1");
        keys.put("permission", "cs2");
        keys.put("rule", "cs3");
        keys.put("command", "sproc");
        keys.put("path", "filePath");
        keys.put("operation", "act");
        keys.put("host", "dhost");
        keys.put("port", "dpt");
        keys.put("transport", "proto");
        keys.put("client", "src");
        keys.put("reason", "reason");
        keys.put("count", "cnt");
        keys.put("exit_code", "cn1");
        keys.put("duration_ms", "cn2");
        keys.put("secret", "cs4");
        keys.put("method", "requestMethod");
        keys.put("url_path", "request");
        keys.put("status", "cn3");
        return keys;
    }

    private static final Map<String, String> LABELS = Map.of(
            "cs1", "codebase",
            "cs2", "permission",
            "cs3", "rule",
            "cs4", "secret",
            "cs6", "more",
            "cn1", "exitCode",
            "cn2", "durationMs",
            "cn3", "httpStatus");

    @Override
    public void write(AuditRecord record, byte[] line, OutputStream out) throws IOException {
        AuditEvent event = record.event();
        String name = event.event();
        StringBuilder text = new StringBuilder("CEF:0|AgentFense|agentfense|0.1.0|")
                .append(head(name))
                .append('|')
                .append(head(name.replace('_', ' ')))
                .append('|')
                .append(Severity.of(event).cef())
                .append("|rt=")
                .append(event.timestamp().toEpochMilli())
                .append(" externalId=")
                .append(record.sequence());
        Map<String, Object> more = new LinkedHashMap<>(event.fields());
        KEYS.forEach((field, key) -> {
            Object value = more.get(field);
            if (value instanceof String || value instanceof Number) {
                more.remove(field);
                append(text, key, String.valueOf(value));
            }
        });
        if (!more.isEmpty()) {
            label(text, "cs6");
            // It is JSON already, and nothing in it breaks a line.
            text.append(" cs6=").append(escaped(new String(JsonLine.of(more), UTF_8)));
        }
        out.write(text.append('\n').toString().getBytes(UTF_8));
    }

    private static void append(StringBuilder text, String key, String value) {
        label(text, key);
        text.append(' ').append(key).append('=').append(field(value));
    }

    private static void label(StringBuilder text, String key) {
        String label = LABELS.get(key);
        if (label != null) {
            text.append(' ').append(key).append("Label=").append(label);
        }
    }

    private static String head(String value) {
        return unseen(value).replace("\\", "\\\\").replace("|", "\\|");
    }

    private static String field(String value) {
        return escaped(unseen(value));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("=", "\\=");
    }

    /** A text as within quotes in JSON, but for quotes and backslashes, which mean nothing here. */
    private static String unseen(String value) {
        return new String(JsonLine.text(value), UTF_8).replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
