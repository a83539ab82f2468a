package io.agentfense.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.Logs;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    @TempDir
    Path place;

    @Test
    void whileThereIsNoRoomNothingIsAcceptedAndWhatWasAcknowledgedIsWrittenLater() throws Exception {
        try (SmallDisk disk = new SmallDisk(place)) {
            int acknowledged = 0;
            int refused = 0;
            try (AuditLog log = AuditLog.open(place.resolve("audit"), AuditLogOptions.DEFAULT)) {
                disk.fill(64 * 1024);
                for (; refused < 20; ) {
                    try {
                        // Acknowledged at once: some of them before the log finds that there is no room.
                        log.append(Logs.denial(acknowledged), Durability.BATCHED)
                                .await();
                        acknowledged++;
                    } catch (AuditUnavailableException e) {
                        refused++;
                    }
                }
                assertThat(log.trouble().orElseThrow()).contains("No space left on device");
                assertThatThrownBy(() -> log.append(Logs.denial(0))).isInstanceOf(AuditUnavailableException.class);
                refused++;

                disk.free();
                await().until(() -> log.trouble().isEmpty());
                log.append(Logs.denial(0)).await();
                acknowledged++;
            }
            assertThat(Verifier.verify(place.resolve("audit")).findings()).isEmpty();
            assertThat(records("permission_denied")).hasSize(acknowledged);
            assertThat(records("audit_refused").stream()
                            .mapToLong(record -> record.event().number("count", 0))
                            .sum())
                    .isEqualTo(refused);
        }
    }

    @Test
    void whoWaitsForTheDiskIsToldThatARecordIsNotThere() throws Exception {
        try (SmallDisk disk = new SmallDisk(place)) {
            int acknowledged = 0;
            try (AuditLog log = AuditLog.open(place.resolve("audit"), AuditLogOptions.DEFAULT)) {
                disk.fill(16 * 1024);
                try {
                    for (; acknowledged < 10_000; acknowledged++) {
                        log.append(Logs.denial(acknowledged)).await();
                    }
                } catch (AuditUnavailableException e) {
                    assertThat(e).hasMessageContaining("No space left on device");
                }
                disk.free();
                await().until(() -> log.trouble().isEmpty());
            }
            assertThat(acknowledged).isLessThan(10_000);
            assertThat(records("permission_denied")).hasSize(acknowledged);
            assertThat(Verifier.verify(place.resolve("audit")).findings()).isEmpty();
        }
    }

    @Test
    void ifItShallGoOnTheLogTellsHowManyAreMissing() throws Exception {
        try (SmallDisk disk = new SmallDisk(place)) {
            AuditLogOptions options = AuditLogOptions.DEFAULT.with(OnFailure.CONTINUE);
            int appended = 0;
            try (AuditLog log = AuditLog.open(place.resolve("audit"), options)) {
                disk.fill(16 * 1024);
                long number;
                do {
                    number = log.append(Logs.denial(appended++)).durable();
                } while (number != Receipt.LOST);
                assertThat(log.trouble()).isEqualTo(Optional.empty());
                disk.free();
                log.append(Logs.denial(appended++)).await();
            }
            List<AuditRecord> gaps = records("audit_gap");
            assertThat(gaps).hasSize(1);
            assertThat(gaps.getFirst().event().text("reason")).contains("No space left on device");
            assertThat(records("permission_denied"))
                    .hasSize(appended - (int) gaps.getFirst().event().number("count", 0));
            assertThat(Verifier.verify(place.resolve("audit")).findings()).isEmpty();
        }
    }

    private List<AuditRecord> records(String event) throws IOException {
        try (AuditReader reader = AuditReader.open(place.resolve("audit"))) {
            return reader.list(AuditQuery.ALL.of(Set.of(event)));
        }
    }
}
