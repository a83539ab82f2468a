package io.agentfense.audit.export;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.JsonLine;
import io.agentfense.audit.format.Timestamps;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lines of JSON after the Open Cybersecurity Schema Framework 1.5.0 (schema.ocsf.io). The sandbox is the device, the fields
 * that no attribute takes are in {@code unmapped}, {@code metadata.uid} is the record's hash and {@code metadata.event_code} the
 * event's own name.
 */
final class Ocsf implements Exporter {
    private static final String PRODUCT = "AgentFense";
    private static final String LOG = "agentfense/audit";
    private static final Set<String> DENIALS =
            Set.of("permission_denied", "network_denied", "authorization_failed", "authentication_failed");
    private static final Set<String> FAILURES = Set.of("sandbox_start_failed", "delta_conflict");
    private static final int VIRTUAL = 6;
    private static final int UNKNOWN = 0;
    private static final int CRITICAL = 5;

    /** From here on a host's answer says that it did not do what it was asked for; no answer counts as such. */
    private static final int FAILED = 400;

    /** Where a finding stands, which is what its status is about. */
    private static final int NEW = 1;

    private static final int RESOLVED = 4;

    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    @Override
    public void write(AuditRecord record, byte[] line, OutputStream out) throws IOException {
        out.write(JsonLine.of(event(record)));
        out.write('\n');
    }

    private static Map<String, Object> event(AuditRecord record) {
        AuditEvent event = record.event();
        Map<String, Object> rest = new LinkedHashMap<>(event.fields());
        OcsfClass is = OcsfClass.of(event.event(), text(event, "operation", text(event, "method", "")));
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("time", event.timestamp().toEpochMilli());
        to.put("category_uid", is.category());
        to.put("class_uid", is.uid());
        to.put("activity_id", is.activity());
        to.put("activity_name", is.activityName().orElse(event.event()));
        to.put("type_uid", is.type());
        to.put(
                "severity_id",
                "critical".equals(event.text("severity"))
                        ? CRITICAL
                        : Severity.of(event).ocsf());
        status(is, event, to);
        to.put("metadata", metadata(record));
        to.put("message", event.event().replace('_', ' '));
        if (event.fields().containsKey("count")) {
            to.put("count", event.number("count", 1));
            rest.remove("count");
        }
        Object user = rest.remove("user_id");
        Object sandbox = rest.remove("sandbox_id");
        if (user != null) {
            to.put("actor", object("user", object("uid", user)));
        }
        to.put(
                "device",
                sandbox == null
                        ? object("type_id", UNKNOWN, "type", "server", "name", PRODUCT)
                        : object("type_id", VIRTUAL, "type", "sandbox", "uid", sandbox));
        ofClass(is, event, rest, to);
        if (!rest.isEmpty()) {
            to.put("unmapped", rest);
        }
        return to;
    }

    private static void status(OcsfClass is, AuditEvent event, Map<String, Object> to) {
        if (is.uid() == OcsfClass.DETECTION_FINDING) {
            to.put("status_id", event.event().equals("alert_closed") ? RESOLVED : NEW);
            return;
        }
        boolean denied = DENIALS.contains(event.event());
        boolean failed = denied
                || FAILURES.contains(event.event())
                || event.number("exit_code", 0) != 0
                || is.uid() == OcsfClass.HTTP_ACTIVITY && event.number("status", FAILED) >= FAILED;
        to.put("status_id", failed ? 2 : 1);
        if (denied) {
            to.put("action_id", 2);
            to.put("disposition_id", 2);
        }
    }

    private static Map<String, Object> metadata(AuditRecord record) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("version", "1.5.0");
        metadata.put("product", object("name", PRODUCT, "vendor_name", PRODUCT));
        metadata.put("profiles", List.of("host", "security_control"));
        metadata.put("uid", record.hash());
        metadata.put("event_code", record.event().event());
        metadata.put("sequence", record.sequence());
        metadata.put("original_time", Timestamps.text(record.event().timestamp()));
        metadata.put("log_name", LOG);
        return metadata;
    }

    /** What the class demands beyond what all have. */
    private static void ofClass(OcsfClass is, AuditEvent event, Map<String, Object> rest, Map<String, Object> to) {
        switch (is.uid()) {
            case OcsfClass.FILE_SYSTEM_ACTIVITY -> {
                String path = text(event, "path", "");
                to.put(
                        "file",
                        object("name", path.substring(path.lastIndexOf('/') + 1), "path", path, "type_id", UNKNOWN));
                to.putIfAbsent("actor", object("process", process(event)));
                rest.keySet().removeAll(Set.of("path", "operation"));
                to.put("status_detail", text(event, "operation", "access"));
            }
            case OcsfClass.PROCESS_ACTIVITY -> {
                Map<String, Object> process = new LinkedHashMap<>(process(event));
                process.put("cmd_line", text(event, "command", ""));
                to.put("process", process);
                to.putIfAbsent("actor", object("process", process(event)));
                if (event.fields().containsKey("exit_code")) {
                    to.put("exit_code", event.number("exit_code", 0));
                }
                to.put("duration", event.number("duration_ms", 0));
                rest.keySet().removeAll(Set.of("command", "exit_code", "duration_ms", "pid", "executable"));
            }
            case OcsfClass.NETWORK_ACTIVITY -> destination(event, rest, to);
            case OcsfClass.HTTP_ACTIVITY -> {
                request(event, rest, to);
                destination(event, rest, to);
            }
            case OcsfClass.DETECTION_FINDING ->
                to.put(
                        "finding_info",
                        object(
                                "uid",
                                text(event, "alert_id", event.event()),
                                "title",
                                text(event, "rule", event.event())));
            case OcsfClass.ACCOUNT_CHANGE -> to.put("user", object("uid", text(event, "user_id", "unknown")));
            case OcsfClass.AUTHENTICATION -> {
                to.put("user", object("uid", text(event, "user_id", "unknown")));
                to.put("service", object("name", PRODUCT));
            }
            case OcsfClass.EVENT_LOG_ACTIVITY -> to.put("log_name", LOG);
            case OcsfClass.ENTITY_MANAGEMENT ->
                to.put(
                        "entity",
                        event.text("sandbox_id") == null
                                ? object("type", "configuration", "name", event.event())
                                : object("type", "sandbox", "uid", text(event, "sandbox_id", "")));
            case OcsfClass.APPLICATION_LIFECYCLE ->
                to.put("app", object("name", "AgentFense sandbox", "vendor_name", PRODUCT));
            case OcsfClass.API_ACTIVITY -> {
                to.put("api", object("operation", event.event()));
                to.put("src_endpoint", object("name", text(event, "client", "unknown")));
                to.putIfAbsent("actor", object("user", object("uid", "unknown")));
            }
            default -> {}
        }
    }

    private static void destination(AuditEvent event, Map<String, Object> rest, Map<String, Object> to) {
        String host = text(event, "host", "unknown");
        String kind = ADDRESS.matcher(host).matches() ? "ip" : "hostname";
        to.put("dst_endpoint", object(kind, host, "port", event.number("port", 0)));
        rest.keySet().removeAll(Set.of("host", "port"));
    }

    private static void request(AuditEvent event, Map<String, Object> rest, Map<String, Object> to) {
        String method = text(event, "method", "");
        Map<String, Object> url = object(
                "scheme",
                "https",
                "hostname",
                text(event, "host", "unknown"),
                "port",
                event.number("port", 0),
                "path",
                text(event, "url_path", ""));
        Map<String, Object> request = object("url", url);
        rest.remove("url_path");
        if (OcsfClass.knows(method)) {
            request.put("http_method", method);
            rest.remove("method");
        }
        to.put("http_request", request);
        if (event.fields().containsKey("status")) {
            to.put("http_response", object("code", event.number("status", 0)));
            rest.remove("status");
        }
    }

    private static Map<String, Object> process(AuditEvent event) {
        return object("pid", event.number("pid", 0), "name", text(event, "executable", "unknown"));
    }

    private static String text(AuditEvent event, String key, String otherwise) {
        String text = event.text(key);
        return text == null ? otherwise : text;
    }

    /** An object of keys and values, in their order. */
    private static Map<String, Object> object(Object... pairs) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put((String) pairs[i], pairs[i + 1]);
        }
        return object;
    }
}
