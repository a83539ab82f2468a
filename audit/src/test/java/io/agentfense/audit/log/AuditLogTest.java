package io.agentfense.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.Logs;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.verify.Verification;
import io.agentfense.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path place;

    @Test
    void recordsOfManyThreadsAreEachThereOnceAndInTheOrderOfEach() throws Exception {
        List<AuditRecord> heard = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        try (AuditLog log = AuditLog.open(place.resolve("a"), Logs.OPTIONS)) {
            log.addListener(heard::add);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 32; t++) {
                int thread = t;
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < 200; i++) {
                            Durability durability = i % 50 == 0 ? Durability.SYNC : Durability.BATCHED;
                            log.append(Logs.denial(1000 * thread + i), durability)
                                    .await();
                        }
                    } catch (IOException e) {
                        failures.incrementAndGet();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).hasValue(0);
        List<AuditRecord> records = read(AuditQuery.ALL.of(Set.of("permission_denied")));
        assertThat(records).hasSize(32 * 200);
        for (int t = 0; t < 32; t++) {
            int thread = t;
            assertThat(records.stream().mapToInt(AuditLogTest::number).filter(n -> n / 1000 == thread))
                    .as("thread %d", t)
                    .hasSize(200)
                    .isSorted();
        }
        assertThat(heard.stream().filter(record -> record.event().event().equals("permission_denied")))
                .extracting(AuditRecord::hash)
                .containsExactlyElementsOf(
                        records.stream().map(AuditRecord::hash).toList());
        assertThat(Verifier.verify(place.resolve("a")).findings()).isEmpty();
    }

    private static int number(AuditRecord record) {
        return Integer.parseInt(String.valueOf(record.event().text("path")).split("/")[3]);
    }

    @Test
    void anAcknowledgedRecordIsThereForAReaderAtOnce() throws Exception {
        try (AuditLog log = AuditLog.open(place.resolve("a"), AuditLogOptions.DEFAULT)) {
            for (int i = 0; i < 50; i++) {
                long number = log.append(Logs.denial(i)).durable();
                assertThat(read(AuditQuery.ALL.limited(1, true)).getFirst().sequence())
                        .isEqualTo(number);
            }
        }
    }

    @Test
    void aCheckpointThatIsUrgedDoesNotWaitForItsTime() throws Exception {
        AuditLogOptions seldom = AuditLogOptions.DEFAULT.withCheckpoints(1_000_000, Duration.ofDays(1));
        Path checkpoint = place.resolve("a/checkpoint");
        try (AuditLog log = AuditLog.open(place.resolve("a"), seldom)) {
            log.append(Logs.denial(1)).await();
            assertThat(checkpoint).content().contains("\n0\n");
            log.urgeCheckpoint();
            // The log's own first record, and this one.
            await().untilAsserted(() -> assertThat(checkpoint).content().contains("\n2\n"));
            log.append(Logs.denial(2)).await();
            log.append(Logs.denial(3)).await();
            assertThat(checkpoint).content().contains("\n2\n");
        }
    }

    @Test
    void nobodyElseGetsAtIt() throws Exception {
        Path log = place.resolve("a");
        Files.createDirectory(log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Logs.write(log, Logs.OPTIONS, 10);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rwx------");
        for (Path file : Logs.files(log, "")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void twoDoNotWriteToOneDirectory() throws Exception {
        try (AuditLog log = AuditLog.open(place.resolve("a"), Logs.OPTIONS)) {
            assertThatThrownBy(() -> AuditLog.open(place.resolve("a"), Logs.OPTIONS))
                    .hasMessageContaining("another process writes");
            log.append(Logs.denial(1)).await();
        }
        Logs.write(place.resolve("a"), Logs.OPTIONS, 1);
    }

    @Test
    void aLinkInThePlaceOfAFileIsNotFollowed() throws Exception {
        Path log = place.resolve("a");
        Logs.write(log, Logs.OPTIONS, 10);
        Path file = Logs.files(log, ".jsonl").getFirst();
        Path elsewhere = place.resolve("elsewhere");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);
        byte[] before = Files.readAllBytes(elsewhere);
        assertThatThrownBy(() -> AuditLog.open(log, Logs.OPTIONS)).hasMessageContaining("symbolic link");
        assertThat(Verifier.verify(log).findings())
                .anyMatch(finding -> finding.message().contains("symbolic link"));
        assertThat(elsewhere).hasBinaryContent(before);
    }

    @Test
    void aTornRecordIsPutAsideAndTheLogGoesOn() throws Exception {
        Path log = place.resolve("a");
        Logs.write(log, Logs.OPTIONS, 10);
        Path file = Logs.files(log, ".jsonl").getFirst();
        String torn = "{\"timestamp\":\"2026-02-03T1";
        Files.writeString(file, Files.readString(file) + torn);
        Logs.write(log, Logs.OPTIONS, 10);
        assertThat(read(AuditQuery.ALL.of(Set.of("audit_recovered"))))
                .singleElement()
                .satisfies(record -> assertThat(record.event().fields())
                        .containsEntry("bytes", (long) torn.length())
                        .containsEntry("kept", "torn-0000000000000013"));
        assertThat(log.resolve("torn-0000000000000013")).hasContent(torn);
        assertThat(read(AuditQuery.ALL.of(Set.of("permission_denied")))).hasSize(20);
        assertThat(Verifier.verify(log).findings()).isEmpty();
    }

    @Test
    void whatACheckpointTellsOfIsMissedForEverEvenIfTheLogGoesOn() throws Exception {
        Path log = place.resolve("a");
        Logs.write(log, Logs.OPTIONS, 10);
        Path file = Logs.files(log, ".jsonl").getFirst();
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, 6));
        Logs.write(log, Logs.OPTIONS, 10);
        assertThat(read(AuditQuery.ALL.of(Set.of("audit_damaged"))))
                .singleElement()
                .satisfies(record -> assertThat(record.event().fields())
                        .containsEntry("first_sequence", 7L)
                        .containsEntry("last_sequence", 12L));
        Verification verification = Verifier.verify(log);
        assertThat(verification.findings())
                .anyMatch(finding -> finding.message().contains("7 to 12 are missing"));
        assertThat(read(AuditQuery.ALL.of(Set.of("permission_denied")))).hasSize(15);
    }

    @Test
    void aCheckpointThatWasTakenAwayIsMissedForEver() throws Exception {
        Path log = place.resolve("a");
        Logs.write(log, Logs.OPTIONS, 10);
        Path file = Logs.files(log, ".jsonl").getFirst();
        Files.write(file, Files.readAllLines(file).subList(0, 6));
        Files.delete(log.resolve("checkpoint"));
        Logs.write(log, Logs.OPTIONS, 10);
        assertThat(Verifier.verify(log).findings())
                .singleElement()
                .hasToString(
                        "audit-0000000000000001.jsonl:7: the log tells here that something was missing when it went on");
    }

    @Test
    void aLogWithoutItsKeysIsNotGoneOnWith() throws Exception {
        Path log = place.resolve("a");
        Logs.write(log, Logs.OPTIONS, 1);
        Files.delete(log.resolve("signing.key"));
        assertThatThrownBy(() -> AuditLog.open(log, Logs.OPTIONS)).hasMessageContaining("bring them back");
    }

    @Test
    void afterItsEndNothingIsAccepted() throws Exception {
        AuditLog log = AuditLog.open(place.resolve("a"), Logs.OPTIONS);
        log.close();
        log.close();
        assertThatThrownBy(() -> log.append(Logs.denial(1))).isInstanceOf(AuditUnavailableException.class);
        assertThat(log.offer(Logs.denial(1))).isFalse();
    }

    private List<AuditRecord> read(AuditQuery query) throws IOException {
        try (AuditReader reader = AuditReader.open(place.resolve("a"))) {
            return reader.list(query);
        }
    }
}
