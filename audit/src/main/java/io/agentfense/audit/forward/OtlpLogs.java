package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.export.Severity;
import io.agentfense.audit.format.JsonLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A batch as an ExportLogsServiceRequest in JSON (opentelemetry-proto 1.5 and later). A record's line is the body, so that
 * it can still be verified; its members are attributes under {@code agentfense.}. Stateless.
 */
final class OtlpLogs {
    private OtlpLogs() {}

    static byte[] of(Batch batch, String host) {
        Map<String, ?> resource = Map.of(
                "attributes",
                List.of(attribute("service.name", text("agentfense")), attribute("host.name", text(host))));
        Map<String, ?> logs = Map.of(
                "scope",
                Map.of("name", "agentfense.audit"),
                "logRecords",
                batch.items().stream().map(OtlpLogs::record).toList());
        return JsonLine.of(Map.of("resourceLogs", List.of(Map.of("resource", resource, "scopeLogs", List.of(logs)))));
    }

    private static Map<String, ?> record(Batch.Item item) {
        AuditRecord record = item.record();
        AuditEvent event = record.event();
        Severity severity = Severity.of(event);
        List<Map<String, ?>> attributes = new ArrayList<>();
        event.fields().forEach((name, value) -> attributes.add(attribute("agentfense." + name, value(value))));
        attributes.add(attribute("agentfense.sequence", value(record.sequence())));
        attributes.add(attribute("agentfense.hash", text(record.hash())));
        String time = nanos(event.timestamp());
        return Map.of(
                "timeUnixNano", time,
                // Nobody else saw it, and a batch that is sent again is to be the same.
                "observedTimeUnixNano", time,
                "severityNumber", severity.otel(),
                "severityText", severity.name().toLowerCase(Locale.ROOT),
                "eventName", event.event(),
                "body", text(new String(item.line(), UTF_8)),
                "attributes", attributes);
    }

    /** Numbers of 64 bits are texts in the JSON of protocol buffers. */
    private static String nanos(Instant time) {
        return Long.toString(Math.max(0, time.getEpochSecond()) * 1_000_000_000L + time.getNano());
    }

    private static Map<String, ?> attribute(String key, Map<String, ?> value) {
        return Map.of("key", key, "value", value);
    }

    private static Map<String, ?> value(Object value) {
        return switch (value) {
            case Boolean truth -> Map.of("boolValue", truth);
            case Number number -> Map.of("intValue", Long.toString(number.longValue()));
            case List<?> list ->
                Map.of(
                        "arrayValue",
                        Map.of("values", list.stream().map(OtlpLogs::value).toList()));
            case Map<?, ?> map ->
                Map.of(
                        "kvlistValue",
                        Map.of(
                                "values",
                                map.entrySet().stream()
                                        .map(entry ->
                                                attribute(String.valueOf(entry.getKey()), value(entry.getValue())))
                                        .toList()));
            default -> text(String.valueOf(value));
        };
    }

    /**
     * A text, in which a byte of a name that is not UTF-8 is U+FFFD: half of a surrogate pair is no text in protocol
     * buffers, and a receiver would refuse the whole batch. The body has it as it is, escaped.
     */
    private static Map<String, ?> text(String text) {
        return Map.of("stringValue", new String(text.getBytes(UTF_8), UTF_8).equals(text) ? text : whole(text));
    }

    private static String whole(String text) {
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
