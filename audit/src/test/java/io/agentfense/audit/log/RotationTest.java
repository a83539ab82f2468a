package io.agentfense.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.Logs;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.verify.Finding;
import io.agentfense.audit.verify.Verification;
import io.agentfense.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotationTest {
    private static final Instant BEGIN = Instant.parse("2026-02-03T10:15:30Z");

    @TempDir
    Path place;

    private volatile Instant now = BEGIN;
    private final InstantSource clock = () -> now;

    private AuditEvent event(int number) {
        return AuditEvent.of(now, "tested").with("number", number).build();
    }

    @Test
    void filesAreClosedBySizeAndCompressedAndAllRecordsStay() throws Exception {
        Logs.writeFiles(place, 150);
        assertThat(Logs.files(place, ".jsonl.gz")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(Logs.files(place, ".new")).isEmpty();
        List<AuditRecord> records = read(AuditQuery.ALL);
        assertThat(records).extracting(AuditRecord::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(records.stream().filter(r -> r.event().event().equals("permission_denied")))
                .hasSize(150);
        assertThat(records.stream().filter(r -> r.event().event().equals("audit_rotated")))
                .hasSameSizeAs(Logs.files(place, ".jsonl.gz"));
    }

    @Test
    void aFileIsClosedOnceItIsOld() throws Exception {
        AuditLogOptions options = Logs.OPTIONS.withClock(clock).withRotation(1 << 30, Duration.ofHours(1));
        try (AuditLog log = AuditLog.open(place, options)) {
            log.append(event(1), Durability.SYNC).await();
            now = BEGIN.plus(Duration.ofHours(2));
            await().until(() -> Logs.files(place, ".jsonl.gz").size() == 1);
        }
        assertThat(Verifier.verify(place).findings()).isEmpty();
    }

    @Test
    void whatIsDeletedIsToldAndWhatIsLeftCanBeVerified() throws Exception {
        AuditLogOptions options = writeTwoDays();
        assertThat(read(AuditQuery.ALL).getFirst().sequence()).isGreaterThan(1);
        assertThat(read(AuditQuery.ALL.of(Set.of("audit_deleted")))).isNotEmpty();
        Verification verification = Verifier.verify(place);
        assertThat(verification.findings()).isEmpty();
        assertThat(read(AuditQuery.ALL.of(Set.of("tested")))).isNotEmpty();

        // It goes on from there.
        try (AuditLog log = AuditLog.open(place, options)) {
            log.append(event(0), Durability.SYNC).await();
        }
        assertThat(Verifier.verify(place).findings()).isEmpty();
    }

    @Test
    void whoDeletesFilesHimselfIsFound() throws Exception {
        Logs.writeFiles(place, 150);
        List<Path> closed = Logs.files(place, ".jsonl.gz");
        Files.delete(closed.getFirst());
        assertThat(Verifier.verify(place).findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.endsWith("are gone, and none tells that they were deleted"));
    }

    @Test
    void theRecordOfADeletionCoversNoFileMoreThanItTellsOf() throws Exception {
        writeTwoDays();
        Files.delete(Logs.files(place, ".jsonl.gz").getFirst());
        assertThat(Verifier.verify(place).findings()).isNotEmpty();
    }

    /** Files of two days, of which those of the first are deleted. */
    private AuditLogOptions writeTwoDays() throws IOException {
        AuditLogOptions options = Logs.OPTIONS
                .withClock(clock)
                .withRotation(2000, Duration.ofDays(30))
                .withRetention(Duration.ofDays(1));
        try (AuditLog log = AuditLog.open(place, options)) {
            for (int i = 0; i < 60; i++) {
                log.append(event(i), Durability.SYNC).await();
            }
            await().until(() -> Logs.files(place, ".jsonl").size() == 1);
            now = BEGIN.plus(Duration.ofDays(2));
            for (int i = 60; i < 80; i++) {
                log.append(event(i), Durability.SYNC).await();
            }
            await().until(() ->
                    !read(AuditQuery.ALL.of(Set.of("audit_deleted"))).isEmpty()
                            && read(AuditQuery.ALL).getFirst().sequence() > 1
                            && Logs.files(place, ".jsonl").size() == 1);
        }
        return options;
    }

    private List<AuditRecord> read(AuditQuery query) throws IOException {
        try (AuditReader reader = AuditReader.open(place)) {
            return reader.list(query);
        }
    }
}
