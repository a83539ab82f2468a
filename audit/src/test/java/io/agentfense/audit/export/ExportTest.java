package io.agentfense.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.Logs;
import io.agentfense.audit.format.NameText;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported is read by other programs, and no name in it is more than a name there. */
class ExportTest {
    private static final List<String> HOSTILE = List.of(
            "/workspace/.env",
            "=cmd|' /C calc'!A0",
            " \t@SUM(1)",
            "/a\nCEF:0|x|x|x|x|x|9|act=forged",
            "/a\r\n2026-01-01T00:00:00Z,forged,1",
            "/a=b|c\\d\",\"e' f act=forged",
            "/\u202egnp.exe\u2028\u0000",
            NameText.of(new byte[] {'/', (byte) 0xff, (byte) 0xc3}));

    /** Of the others each kind, without what it says beyond that: what a class demands is there nevertheless. */
    private static final List<String> KINDS = List.of(
            "rules_changed",
            "config_changed",
            "sandbox_started",
            "sandbox_start_failed",
            "sandbox_stopped",
            "sandbox_destroyed",
            "session_command_executed",
            "alert_raised",
            "alert_closed",
            "authentication_failed",
            "authorization_failed",
            "network_denied",
            "credential_used",
            "user_blocked",
            "user_unblocked",
            "delta_committed",
            "delta_conflict",
            "events_dropped",
            "audit_deleted",
            "audit_rotated",
            "audit_refused");

    @TempDir
    Path place;

    @BeforeEach
    void writeLog() throws IOException {
        try (AuditLog log = AuditLog.open(place.resolve("audit"), Logs.OPTIONS)) {
            for (String name : HOSTILE) {
                log.append(AuditEvent.of(Instant.parse("2026-02-03T10:15:40Z"), "permission_denied")
                        .with("sandbox_id", "sb_abc123")
                        .with("path", name)
                        .with("operation", "open")
                        .with("permission", "none")
                        .with("user_id", "user_001")
                        .build());
            }
            log.append(AuditEvent.of(Instant.now(), "command_executed")
                    .with("sandbox_id", "sb_abc123")
                    .with("command", "python main.py")
                    .with("exit_code", 0)
                    .with("duration_ms", 1250)
                    .build());
            log.append(AuditEvent.of(Instant.now(), "sandbox_created")
                    .with("user_id", "user_001")
                    .with("permissions", List.of(Map.of("pattern", "=1+1", "permission", "read")))
                    .build());
            log.append(AuditEvent.of(Instant.now(), "resource_limit_exceeded")
                    .with("sandbox_id", "sb_abc123")
                    .with("resource", "memory")
                    .build());
            log.append(AuditEvent.of(Instant.now(), "codebase_created")
                    .with("user_id", "user_001")
                    .build());
            for (String kind : KINDS) {
                log.append(AuditEvent.of(Instant.now(), kind).build());
            }
            log.append(AuditEvent.of(Instant.now(), "network_denied")
                    .with("sandbox_id", "sb_abc123")
                    .with("host", "10.0.0.1")
                    .with("port", 443)
                    .with("count", 3)
                    .build());
            log.append(AuditEvent.of(Instant.now(), "credential_used")
                    .with("sandbox_id", "sb_abc123")
                    .with("secret", "github_token")
                    .with("host", "api.github.com")
                    .with("port", 443)
                    .with("method", "POST")
                    .with("url_path", "/a=b act=forged|\n")
                    .with("status", 404)
                    .with("count", 2)
                    .build());
            log.append(AuditEvent.of(Instant.now(), "alert_raised")
                    .with("alert_id", "al_1")
                    .with("rule", "permission_denials")
                    .with("severity", "critical")
                    .build());
        }
    }

    @Test
    void otherProgramsReadEachFormat() throws Exception {
        for (ExportFormat format : ExportFormat.values()) {
            Files.write(place.resolve(format.name()), export(format));
        }
        Files.writeString(place.resolve("NAMES"), String.join("\u0001", HOSTILE.subList(0, HOSTILE.size() - 1)));
        Process process = new ProcessBuilder("python3", "src/test/python/read_exports.py", place.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isEqualTo("medium High permission denial rate: 16 denials sb_abc123\n");
    }

    @Test
    void noNameMakesALineOfItsOwnOrAFormula() throws IOException {
        long records = export(ExportFormat.JSONL).length == 0
                ? 0
                : new String(export(ExportFormat.JSONL), UTF_8).lines().count();
        assertThat(records).isEqualTo(HOSTILE.size() + KINDS.size() + 9);
        for (ExportFormat format : List.of(ExportFormat.CSV, ExportFormat.OCSF, ExportFormat.CEF)) {
            String text = new String(export(format), UTF_8);
            assertThat(text.lines().count())
                    .as(format.name())
                    .isEqualTo(format == ExportFormat.CSV ? records + 1 : records);
            assertThat(text.codePoints()).noneMatch(c -> c == 0x202e || c == 0x2028 || c == 0 || c == 0xfffd);
        }
        String csv = new String(export(ExportFormat.CSV), UTF_8);
        assertThat(csv).contains("\"'=cmd|' /C calc'!A0\"").doesNotContain(",=").doesNotContain(",\"=");
        String cef = new String(export(ExportFormat.CEF), UTF_8);
        assertThat(cef.lines()).allMatch(line -> line.startsWith("CEF:0|AgentFense|agentfense|"));
        assertThat(cef).contains("filePath=/a\\=b|c\\\\d\",\"e' f act\\=forged act=open");
    }

    private byte[] export(ExportFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Exporter exporter = format.exporter();
        try (AuditReader reader = AuditReader.open(place.resolve("audit"))) {
            exporter.begin(out);
            reader.read(AuditQuery.ALL, (record, line) -> {
                exporter.write(record, line, out);
                return true;
            });
            exporter.end(out);
        }
        return out.toByteArray();
    }
}
