package io.agentfense.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.Logs;
import io.agentfense.audit.log.AuditLog;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A forwarding process that is killed at any moment leaves no hole; what it sends again is what it sent. */
class KillTest {
    private static final int ROUNDS = 5;

    @TempDir
    Path place;

    @Test
    void noRecordIsMissingAfterKillsAndOrderIsKept() throws Exception {
        Random random = new Random(11);
        int port = Rsyslog.freePort();
        try (Rsyslog _ = Rsyslog.tcp(place, port);
                Collector collector = Collector.start(0, Collector.status(200))) {
            for (int round = 0; round < ROUNDS; round++) {
                killed(collector, port, 1 + random.nextInt(4), random.nextInt(300));
            }
            Destination syslog =
                    new Destination.Syslog("127.0.0.1", port, Optional.empty(), BodyFormat.JSON, Forwarded.TIMEOUT);
            Path path = place.resolve("log");
            try (AuditLog log = AuditLog.open(path, Logs.OPTIONS);
                    Forwarding forwarding = Forwarding.start(
                            log,
                            path,
                            List.of(
                                    new Receiver("webhook", Forwarded.webhook(collector.url("/"))),
                                    new Receiver("syslog", syslog)),
                            log::offer,
                            InstantSource.system())) {
                for (Forwarder forwarder : forwarding.forwarders()) {
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> forwarder.standing().lagRecords() == 0);
                    assertThat(forwarder.standing().lost()).isZero();
                }
                long last = forwarding.forwarders().getFirst().standing().position();
                assertThat(new TreeSet<>(collector.accepted())).containsExactlyElementsOf(Forwarded.upTo(last));
                await().until(() -> new TreeSet<>(Rsyslog.sequences(place)).size() >= last);
                assertThat(new TreeSet<>(Rsyslog.sequences(place)).headSet(last, true))
                        .containsExactlyElementsOf(Forwarded.upTo(last));
                goesOnWithoutAHole(collector.accepted());
                goesOnWithoutAHole(Rsyslog.sequences(place));
            }
            Map<String, String> bodies = new HashMap<>();
            Map<Long, String> begins = new HashMap<>();
            for (Collector.Post post : collector.posts) {
                assertThat(bodies.merge(post.delivery(), post.body(), (a, b) -> a))
                        .isEqualTo(post.body());
                assertThat(begins.merge(post.sequences().getFirst(), post.delivery(), (a, b) -> a))
                        .as("a batch is sent again as it was")
                        .isEqualTo(post.delivery());
            }
        }
    }

    /** Each number follows the one before it, or has been there before. */
    private static void goesOnWithoutAHole(List<Long> numbers) {
        long most = 0;
        for (long number : numbers) {
            assertThat(number).isLessThanOrEqualTo(most + 1);
            most = Math.max(most, number);
        }
    }

    private void killed(Collector collector, int port, int lines, int millis) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SendingProcess.class.getName(),
                        place.resolve("log").toString(),
                        collector.url("/").toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                assertThat(out.readLine()).isNotNull();
            }
            Thread.sleep(millis);
            process.toHandle().destroyForcibly();
        }
        process.waitFor();
    }
}
