package io.agentfense.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.NameText;
import io.agentfense.audit.outbound.TlsFiles;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector of OpenTelemetry gets. That it is the protocol's is tested in Python, by its own definitions. */
class OtlpForwardingTest {
    @TempDir
    Path place;

    private static Destination otlp(Collector collector) {
        return new Destination.Otlp(collector.url(""), Optional.empty(), TlsFiles.USUAL, Forwarded.TIMEOUT);
    }

    private static Collector.Answer json(String text) {
        return body -> new Collector.Reply(200, Map.of("Content-Type", "application/json"), text);
    }

    @Test
    void aCollectorGetsEachRecordWithItsAttributes() throws Exception {
        try (Collector collector = Collector.start(0, json("{\"partialSuccess\":{}}"));
                Forwarded forwarded = Forwarded.start(place.resolve("log"), otlp(collector))) {
            forwarded
                    .log()
                    .append(AuditEvent.of(Instant.parse("2026-02-03T10:15:40.123456Z"), "permission_denied")
                            .with("path", NameText.of(new byte[] {'/', (byte) 0xff}))
                            .with("pid", 42)
                            .with("truncated", true)
                            .with("permissions", List.of(Map.of("pattern", "**")))
                            .build());
            await().until(() -> collector.accepted().size() == 2);
            assertThat(collector.posts).allMatch(post -> post.path().equals("/v1/logs"));
            assertThat(collector.posts.getLast().body())
                    .contains("\"timeUnixNano\":\"1770113740123456000\"")
                    .contains("\"eventName\":\"permission_denied\"")
                    .contains("\"severityNumber\":13")
                    // The whole name is in the body, and the attribute is text.
                    .contains("\\\\udcff")
                    .contains("/\ufffd")
                    .contains("{\"intValue\":\"42\"}")
                    .contains("{\"boolValue\":true}")
                    .contains("agentfense.sequence")
                    .doesNotContain("\"\\udcff");
            assertThat(forwarded.standing().lost()).isZero();
        }
    }

    @Test
    void whatACollectorRefusesIsToldOnceAndNotSentAgain() throws Exception {
        String answer = "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"no\\nsuch\"}}";
        try (Collector collector = Collector.start(0, json(answer));
                Forwarded forwarded = Forwarded.start(place.resolve("log"), otlp(collector))) {
            await().until(() -> forwarded.standing().position() == 2);
            await().until(() -> forwarded.standing().lagRecords() == 0);
            assertThat(collector.accepted()).isEqualTo(List.of(1L, 2L));
            assertThat(forwarded.standing().lost()).isEqualTo(2);
            assertThat(gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.event().text("reason")).isEqualTo("refused");
                assertThat(gap.event().text("receiver")).isEqualTo("receiver0");
                assertThat(gap.event().number("last_sequence", 0)).isEqualTo(1);
                assertThat(gap.event().number("count", 0)).isEqualTo(1);
            });
        }
    }

    private List<AuditRecord> gaps() throws IOException {
        try (AuditReader reader = AuditReader.open(place.resolve("log"))) {
            return reader.list(AuditQuery.ALL.of(Set.of("audit_forward_gap")));
        }
    }
}
