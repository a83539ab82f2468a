package io.agentfense.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sinks side by side, with real receivers behind them. */
class SinksTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Patience QUICK = new Patience(Duration.ofMillis(10), Duration.ofMillis(20), 5);

    @TempDir
    Path directory;

    @Test
    void aReceiverThatIsDownForAWhileLosesNothingAndGetsThemInOrder() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (Receiver receiver = Receiver.http(
                        exchange -> Receiver.answer(exchange, attempts.incrementAndGet() % 4 == 0 ? 200 : 503));
                Sinks sinks = open(Map.of("ops", webhook(receiver.url(), LONG)))) {
            for (int i = 0; i < 5; i++) {
                sinks.tell(Changes.raised("al_" + i));
            }
            await().until(() -> sinks.told().get("ops") == 5);

            assertThat(sinks.lost()).isEqualTo(Map.of("ops", 0L));
            assertThat(receiver.requests.stream()
                            .map(request -> request.headers().getFirst("X-AgentFense-Delivery"))
                            .distinct())
                    .containsExactly(
                            "al_0-raised-11", "al_1-raised-11", "al_2-raised-11", "al_3-raised-11", "al_4-raised-11");
            assertThat(receiver.requests).hasSize(20);
        }
    }

    @Test
    void whatStaysDownIsGivenUpAndCounted() throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, 503));
                Sinks sinks = open(Map.of("ops", webhook(receiver.url(), LONG)))) {
            sinks.tell(Changes.raised("al_1"));
            await().until(() -> sinks.lost().get("ops") == 1);

            assertThat(receiver.requests).hasSize(QUICK.attempts());
        }
    }

    @Test
    void aDeadReceiverKeepsNobodyWaitingAndItsLossIsCounted() throws Exception {
        // Takes connections into its queue and never answers.
        try (ServerSocket dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, 200))) {
            Map<String, SinkSettings> settings = new LinkedHashMap<>();
            settings.put("dead", webhook(URI.create("http://localhost:" + dead.getLocalPort() + "/"), LONG));
            settings.put("alive", webhook(receiver.url(), LONG));
            try (Sinks sinks = open(settings)) {
                int all = SinkQueue.CAPACITY + 500;
                for (int i = 0; i < all; i++) {
                    sinks.tell(Changes.raised("al_" + i));
                    if (i % 500 == 499) {
                        int sent = i + 1;
                        await().until(() -> sinks.told().get("alive") == sent);
                    }
                }

                assertThat(sinks.told().get("dead")).isZero();
                assertThat(sinks.lost().get("dead")).isBetween(499L, 500L);
            }
        }
    }

    @Test
    void aSinkHearsOnlyWhatItIsToHear() throws Exception {
        try (Receiver one = Receiver.http(exchange -> Receiver.answer(exchange, 200));
                Receiver two = Receiver.http(exchange -> Receiver.answer(exchange, 200));
                Sinks sinks = open(Map.of(
                        "one",
                        webhook(one.url(), LONG),
                        "two",
                        new SinkSettings(webhook(two.url(), LONG).target(), Set.of("closed"))))) {
            sinks.tell(Changes.raised("al_1", "one"));
            sinks.tell(Changes.raised("al_2"));
            sinks.tell(Changes.closed("al_2"));
            await().until(() -> sinks.told().equals(Map.of("one", 3L, "two", 1L)));

            assertThat(two.requests.getFirst().body()).contains("\"closed\"", "\"al_2\"");
        }
    }

    @Test
    void whatIsWaitingAtTheEndIsStillTold() throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, 200))) {
            Sinks sinks = open(Map.of("ops", webhook(receiver.url(), LONG)));
            for (int i = 0; i < 20; i++) {
                sinks.tell(Changes.raised("al_" + i));
            }
            sinks.close();

            assertThat(sinks.told()).isEqualTo(Map.of("ops", 20L));
            sinks.tell(Changes.raised("al_late"));
            assertThat(sinks.lost()).isEqualTo(Map.of("ops", 1L));
        }
    }

    @Test
    void aProgramThatFailsIsStartedOnceForEachAlert() throws Exception {
        Path program = Files.writeString(
                directory.resolve("page"), "#!/bin/sh\necho >> \"$(dirname \"$0\")/starts\"\nexit 1\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Target target = new Target.Command(List.of(program.toString()), LONG);
        try (Sinks sinks = open(Map.of("page", new SinkSettings(target, SinkSettings.USUAL_STATES)))) {
            sinks.tell(Changes.raised("al_1"));
            sinks.tell(Changes.raised("al_2"));
            await().until(() -> sinks.lost().get("page") == 2);

            assertThat(Files.readAllLines(directory.resolve("starts"))).hasSize(2);
        }
    }

    @Test
    void aSinkThatCannotWorkIsNamed() {
        Target target = new Target.Webhook(
                URI.create("https://localhost/"), Optional.of(directory.resolve("nothing")), Optional.empty(), LONG);

        assertThatThrownBy(() -> open(Map.of("ops", new SinkSettings(target, SinkSettings.USUAL_STATES))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("alerts.sinks.ops: ");
    }

    private static SinkSettings webhook(URI url, Duration timeout) {
        return new SinkSettings(
                new Target.Webhook(url, Optional.empty(), Optional.empty(), timeout), SinkSettings.USUAL_STATES);
    }

    private static Sinks open(Map<String, SinkSettings> settings) throws IOException {
        return Sinks.open(settings, () -> Changes.AT, QUICK);
    }
}
