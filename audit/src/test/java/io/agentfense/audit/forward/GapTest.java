package io.agentfense.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.Logs;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.AuditLogOptions;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a receiver will never get is told, and nothing else is missing. */
class GapTest {
    private static final Instant BEGIN = Instant.parse("2026-02-03T10:15:30Z");

    @TempDir
    Path place;

    private volatile Instant now = BEGIN;

    private AuditLog log() throws IOException {
        AuditLogOptions options = Logs.OPTIONS
                .withClock(() -> now)
                .withRotation(2000, Duration.ofDays(30))
                .withRetention(Duration.ofDays(1));
        return AuditLog.open(place.resolve("log"), options);
    }

    private void append(AuditLog log, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            log.append(AuditEvent.of(now, "tested").with("number", i).build(), Durability.SYNC)
                    .await();
        }
    }

    private List<AuditRecord> read(AuditQuery query) throws IOException {
        try (AuditReader reader = AuditReader.open(place.resolve("log"))) {
            return reader.list(query);
        }
    }

    private List<AuditRecord> gaps() throws IOException {
        return read(AuditQuery.ALL.of(Set.of("audit_forward_gap")));
    }

    @Test
    void recordsThatRetentionDeletedBeforeTheyWereSentAreAGapThatIsToldOnce() throws Exception {
        try (Collector collector = Collector.start(0, Collector.status(200));
                Forwarded forwarded =
                        Forwarded.start(log(), place.resolve("log"), Forwarded.webhook(collector.url("/")))) {
            append(forwarded.log(), 10);
            await().until(() -> forwarded.standing().lagRecords() == 0);
            long got = forwarded.standing().position();
            collector.answer = Collector.status(503);
            append(forwarded.log(), 1);
            // A batch is begun, of which nothing will be left.
            await().until(() -> forwarded.standing().failures() > 0);
            long begun = collector.posts.getLast().sequences().getLast();
            append(forwarded.log(), 60);
            now = BEGIN.plus(Duration.ofDays(2));
            append(forwarded.log(), 20);
            await().until(() -> read(AuditQuery.ALL).getFirst().sequence() > begun + 1);
            await().until(() ->
                    !read(AuditQuery.ALL.of(Set.of("audit_deleted"))).isEmpty());
            append(forwarded.log(), 1);
            collector.answer = Collector.status(200);
            await().atMost(Duration.ofMinutes(1)).until(() -> !gaps().isEmpty());
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> forwarded.standing().lagRecords() == 0);

            AuditRecord gap = gaps().getFirst();
            assertThat(gaps()).hasSize(1);
            assertThat(gap.event().text("reason")).isEqualTo("deleted");
            assertThat(gap.event().number("first_sequence", 0)).isEqualTo(got + 1);
            long end = gap.event().number("last_sequence", 0);
            assertThat(gap.event().number("count", 0)).isEqualTo(end - got);
            assertThat(forwarded.standing().lost()).isEqualTo(end - got);
            Set<Long> expected =
                    new TreeSet<>(Forwarded.upTo(forwarded.standing().position()));
            expected.removeIf(number -> number > got && number <= end);
            assertThat(new TreeSet<>(collector.accepted())).isEqualTo(expected);
        }
    }

    @Test
    void anotherLogInItsPlaceIsToldAndSentFromItsBeginning() throws Exception {
        try (Collector collector = Collector.start(0, Collector.status(200))) {
            Destination webhook = Forwarded.webhook(collector.url("/"));
            try (Forwarded forwarded = Forwarded.start(place.resolve("log"), webhook)) {
                forwarded.append(50);
                await().until(() -> forwarded.standing().position() == 51);
            }
            try (Stream<Path> files = Files.list(place.resolve("log"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
            int before = collector.accepted().size();
            try (Forwarded forwarded = Forwarded.start(place.resolve("log"), webhook)) {
                forwarded.append(80);
                await().until(() -> forwarded.standing().position() == 82);
                assertThat(gaps()).singleElement().satisfies(gap -> {
                    assertThat(gap.event().text("reason")).isEqualTo("another_log");
                    assertThat(gap.event().number("last_sequence", 0)).isEqualTo(51);
                });
            }
            assertThat(collector.accepted().subList(before, before + 82)).isEqualTo(Forwarded.upTo(82));
        }
    }

    @Test
    void aReceiverThatIsNewBeginsWithWhatIsThere() throws Exception {
        try (AuditLog log = log()) {
            append(log, 60);
            await().until(() -> Logs.files(place.resolve("log"), ".jsonl").size() == 1);
            now = BEGIN.plus(Duration.ofDays(2));
            append(log, 20);
            await().until(() -> read(AuditQuery.ALL).getFirst().sequence() > 1);
        }
        try (Collector collector = Collector.start(0, Collector.status(200));
                Forwarded forwarded =
                        Forwarded.start(log(), place.resolve("log"), Forwarded.webhook(collector.url("/")))) {
            await().until(() -> forwarded.standing().lagRecords() == 0);
            assertThat(gaps()).isEmpty();
            assertThat(forwarded.standing().lost()).isZero();
            assertThat(collector.accepted().getLast())
                    .isEqualTo(forwarded.standing().position());
        }
    }
}
