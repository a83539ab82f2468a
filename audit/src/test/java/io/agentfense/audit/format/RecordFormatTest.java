package io.agentfense.audit.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
    private static final Instant TIME = Instant.parse("2026-02-03T10:15:40Z");

    @Test
    void aRecordHasTheKeysOfTheRequirementsInTheirOrder() {
        AuditEvent event = AuditEvent.of(TIME, "sandbox_created")
                .with("user_id", "user_001")
                .with("permissions", List.of(Map.of("pattern", "**/*")))
                .with("resources", new LinkedHashMap<>(Map.of("pids_limit", 100L)))
                .with("limited", true)
                .build();
        String line = new String(new Chain().append(RecordEncoder.encode(event)), UTF_8);
        assertThat(line)
                .startsWith("{\"timestamp\":\"2026-02-03T10:15:40.000000Z\",\"event\":\"sandbox_created\","
                        + "\"user_id\":\"user_001\",\"permissions\":[{\"pattern\":\"**/*\"}],"
                        + "\"resources\":{\"pids_limit\":100},\"limited\":true,\"sequence\":1,\"hash\":\"")
                .hasSize(line.indexOf("\"hash\":\"") + 8 + 64 + 2);
    }

    @Test
    void noNameEndsALineOrChangesHowItLooks() throws IOException {
        String name = "a\n{\"event\":\"x\"}\r\"\\\u0000\u007f\u0085\u2028\u2029\u202e\u200b\ufeff\ud800é漢😀\udc80";
        byte[] line =
                RecordEncoder.encode(AuditEvent.of(TIME, "x").with("path", name).build());
        assertThat(new String(line, UTF_8))
                .endsWith(
                        "\"path\":\"a\\n{\\\"event\\\":\\\"x\\\"}\\u000d\\\"\\\\\\u0000\\u007f\\u0085\\u2028\\u2029\\u202e"
                                + "\\u200b\\ufeff\\ud800é漢😀\\udc80\"");
        assertThat(RecordParser.parse(new Chain().append(line)).event().text("path"))
                .isEqualTo(name);
    }

    @Test
    void anyBytesOfANameComeBackFromTheRecord() throws IOException {
        Random random = new Random(6);
        byte[] alphabet = {'a', '\n', '"', '\\', 0, (byte) 0x80, (byte) 0xc3, (byte) 0xa9, (byte) 0xed, (byte) 0xf0, -1
        };
        for (int round = 0; round < 20_000; round++) {
            byte[] name = new byte[random.nextInt(12)];
            for (int i = 0; i < name.length; i++) {
                name[i] = round % 2 == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            }
            AuditEvent event = AuditEvent.of(TIME, "x")
                    .with("path", "/" + NameText.of(name))
                    .build();
            byte[] line = new Chain().append(RecordEncoder.encode(event));
            assertThat(new String(line, UTF_8).codePoints()).noneMatch(c -> c < 0x20 || c == 0x7f || c == 0xfffd);
            AuditRecord record = RecordParser.parse(line);
            assertThat(NameText.toBytes(String.valueOf(record.event().text("path"))))
                    .isEqualTo(("/" + new String(name, java.nio.charset.StandardCharsets.ISO_8859_1))
                            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void anEventCannotBringItsOwnNumberOrHash() {
        for (String name : List.of("timestamp", "event", "sequence", "hash")) {
            AuditEvent event = AuditEvent.of(TIME, "x").with(name, "1").build();
            assertThatThrownBy(() -> RecordEncoder.encode(event)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHugeEventIsCutAndSaysSo() throws IOException {
        AuditEvent event = AuditEvent.of(TIME, "command_executed")
                .with("command", "x".repeat(RecordEncoder.LONGEST_LINE))
                .with("permissions", java.util.Collections.nCopies(100_000, "y"))
                .with("exit_code", 0)
                .build();
        byte[] line = new Chain().append(RecordEncoder.encode(event));
        assertThat(line.length).isLessThan(RecordEncoder.LONGEST_LINE);
        AuditEvent back = RecordParser.parse(line).event();
        assertThat(back.text("command")).hasSize(1024);
        assertThat(back.fields()).containsEntry("exit_code", 0L).containsEntry("shortened", true);
    }

    @Test
    void whatIsNoRecordIsRefused() {
        for (String line : List.of(
                "",
                "[]",
                "{}",
                "{\"timestamp\":\"2026-02-03T10:15:40Z\",\"event\":\"x\",\"sequence\":1}",
                "{\"timestamp\":\"yesterday\",\"event\":\"x\",\"sequence\":1,\"hash\":\"\"}",
                "{\"timestamp\":\"2026-02-03T10:15:40Z\",\"event\":\"x\",\"event\":\"y\",\"sequence\":1,\"hash\":\"\"}",
                "{\"timestamp\":\"2026-02-03T10:15:40Z\",\"event\":\"x\",\"sequence\":1,\"hash\":\"\"} x",
                "{\"timestamp\":\"2026-02-03T10:15:40Z\",\"event\":\"x\",\"sequence\":99999999999999999999,\"hash\":\"\"}")) {
            assertThatThrownBy(() -> RecordParser.parse(line.getBytes(UTF_8)))
                    .as(line)
                    .isInstanceOf(IOException.class);
        }
    }
}
