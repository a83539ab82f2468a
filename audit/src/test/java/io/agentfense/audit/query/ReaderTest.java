package io.agentfense.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.Logs;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.AuditLogOptions;
import io.agentfense.audit.log.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderTest {
    private static final AuditQuery DENIALS = AuditQuery.ALL.of(Set.of("permission_denied"));

    @TempDir
    Path place;

    @Test
    void whatIsAskedForIsFoundInAllFiles() throws IOException {
        Logs.writeFiles(place, 150);
        assertThat(list(DENIALS)).hasSize(150);
        assertThat(list(AuditQuery.ALL.ofSandbox("sb_1"))).hasSize(50);
        assertThat(list(AuditQuery.ALL.ofSandbox("sb_1").ofUser("user_1"))).hasSize(25);
        assertThat(list(AuditQuery.ALL.at(PathPattern.of("/workspace/src/7")))).hasSize(1);
        assertThat(list(AuditQuery.ALL.at(PathPattern.of("**/.env")))).hasSize(150);
        assertThat(list(AuditQuery.ALL.at(PathPattern.of("/workspace/src/1?/*"))))
                .hasSize(10);
        assertThat(list(AuditQuery.ALL.at(PathPattern.of("/workspace/*")))).isEmpty();
        List<AuditRecord> all = list(AuditQuery.ALL);
        assertThat(list(AuditQuery.ALL.after(100)).getFirst().sequence()).isEqualTo(101);
        assertThat(list(AuditQuery.ALL.limited(3, false))).isEqualTo(all.subList(0, 3));
        assertThat(list(AuditQuery.ALL.limited(0, true))).isEqualTo(all.reversed());
        assertThat(list(DENIALS.limited(90, true)))
                .isEqualTo(list(DENIALS).reversed().subList(0, 90));
    }

    @Test
    void aTimeIsFoundOverTheBoundsOfFiles() throws IOException {
        Logs.writeFiles(place, 150);
        List<AuditRecord> all = list(AuditQuery.ALL);
        for (int from = 0; from < all.size(); from += 17) {
            Instant begin = all.get(from).event().timestamp();
            Instant end = all.get(Math.min(all.size() - 1, from + 60)).event().timestamp();
            assertThat(list(AuditQuery.ALL.between(begin, end)))
                    .isEqualTo(all.stream()
                            .filter(r -> !r.event().timestamp().isBefore(begin)
                                    && r.event().timestamp().isBefore(end))
                            .toList());
        }
        assertThat(list(AuditQuery.ALL.between(Instant.now().plusSeconds(60), null)))
                .isEmpty();
    }

    @Test
    void aLineThatIsNoRecordIsPassedOverAndCounted() throws IOException {
        Logs.write(place, Logs.OPTIONS, 10);
        Path file = Logs.files(place, ".jsonl").getFirst();
        Files.writeString(file, Files.readString(file).replaceFirst("\"event\":\"permission", "\"event\":permission"));
        try (AuditReader reader = AuditReader.open(place)) {
            assertThat(reader.list(DENIALS)).hasSize(9);
            assertThat(reader.skipped()).isEqualTo(1);
        }
    }

    @Test
    void whoFollowsHearsEachRecordOnceOverRotations() throws Exception {
        AuditLogOptions options = Logs.OPTIONS.withRotation(3000, Duration.ofDays(1));
        List<Long> heard = new CopyOnWriteArrayList<>();
        try (AuditLog log = AuditLog.open(place, options)) {
            log.append(Logs.denial(0), Durability.SYNC).await();
            Thread thread = Thread.ofPlatform().start(() -> {
                try (AuditFollower follower = AuditFollower.open(place, 1)) {
                    follower.follow(AuditQuery.ALL, (record, line) -> heard.add(record.sequence()));
                } catch (IOException e) {
                    heard.add(-1L);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (int i = 1; i < 200; i++) {
                log.append(Logs.denial(i), Durability.SYNC).await();
            }
            long last = list(AuditQuery.ALL.limited(1, true)).getFirst().sequence();
            await().until(() -> !heard.isEmpty() && heard.getLast() >= last);
            thread.interrupt();
            thread.join();
            assertThat(Logs.files(place, ".gz").size()).isGreaterThan(3);
        }
        for (int i = 0; i < heard.size(); i++) {
            assertThat(heard.get(i)).isEqualTo(i + 2);
        }
    }

    private List<AuditRecord> list(AuditQuery query) throws IOException {
        try (AuditReader reader = AuditReader.open(place)) {
            return reader.list(query);
        }
    }
}
