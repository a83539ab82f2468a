package io.agentfense.audit.repeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class RepetitionsTest {
    private final List<AuditEvent> told = new CopyOnWriteArrayList<>();

    private static AuditEvent denial(String sandbox, String path) {
        return AuditEvent.of(Instant.now(), "permission_denied")
                .with("sandbox_id", sandbox)
                .with("path", path)
                .build();
    }

    private Repetitions repetitions(Duration window, int kinds) {
        return new Repetitions("sandbox_id", window, kinds, InstantSource.system(), told::add);
    }

    @Test
    void theFirstIsToldAtOnceAndTheRestInOne() {
        try (Repetitions repetitions = repetitions(Duration.ofHours(1), 8)) {
            for (int i = 0; i < 1000; i++) {
                repetitions.note("sb_1", "/a", () -> denial("sb_1", "/a"));
                repetitions.note("sb_1", "/b", () -> denial("sb_1", "/b"));
            }
            assertThat(told).extracting(event -> event.text("path")).containsExactly("/a", "/b");
            repetitions.tellRest();
            assertThat(told).hasSize(4);
            assertThat(told.get(2).fields())
                    .containsEntry("sandbox_id", "sb_1")
                    .containsEntry("path", "/a")
                    .containsEntry("count", 999L);
            repetitions.note("sb_1", "/a", () -> denial("sb_1", "/a"));
            assertThat(told).hasSize(5);
        }
        assertThat(told).hasSize(5);
    }

    @Test
    void afterTheWindowTheRestIsToldUnasked() {
        try (Repetitions repetitions = repetitions(Duration.ofMillis(400), 8)) {
            repetitions.note("sb_1", "/a", () -> denial("sb_1", "/a"));
            await().until(() -> {
                repetitions.note("sb_1", "/a", () -> denial("sb_1", "/a"));
                return told.stream().anyMatch(event -> event.number("count", 1) > 1);
            });
        }
    }

    @Test
    void aFloodOfOneGroupIsBoundedAndHidesNoOther() {
        try (Repetitions repetitions = repetitions(Duration.ofHours(1), 8)) {
            for (int i = 0; i < 1000; i++) {
                String path = "/" + i;
                repetitions.note("sb_1", path, () -> denial("sb_1", path));
            }
            repetitions.note("sb_2", "/x", () -> denial("sb_2", "/x"));
        }
        assertThat(told).hasSize(8 + 1 + 1);
        assertThat(told.get(8).text("sandbox_id")).isEqualTo("sb_2");
        assertThat(told.getLast().event()).isEqualTo("events_dropped");
        assertThat(told.getLast().fields()).containsEntry("sandbox_id", "sb_1").containsEntry("count", 992L);
    }

    @Test
    void countsOfManyThreadsAddUp() throws InterruptedException {
        try (Repetitions repetitions = repetitions(Duration.ofMillis(2), 4)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        String path = "/" + ThreadLocalRandom.current().nextInt(6);
                        repetitions.note("sb_1", path, () -> denial("sb_1", path));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(told.stream().mapToLong(event -> event.number("count", 1)).sum())
                .isEqualTo(16 * 20_000);
    }
}
