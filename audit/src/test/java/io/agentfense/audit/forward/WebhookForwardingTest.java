package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.RecordParser;
import io.agentfense.audit.outbound.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are posted to a real server, whatever it answers. */
class WebhookForwardingTest {
    @TempDir
    Path place;

    @Test
    void whateverAReceiverAnswersEachRecordComesInOrderAndABatchKeepsItsName() throws Exception {
        AtomicInteger count = new AtomicInteger();
        List<Integer> statuses = List.of(500, 429, 503, 200, 404, 200, 200);
        Collector.Answer moody = body -> {
            int status = statuses.get(count.getAndIncrement() % statuses.size());
            return new Collector.Reply(status, status == 429 ? Map.of("Retry-After", "1") : Map.of(), "");
        };
        try (Collector collector = Collector.start(0, moody);
                Forwarded forwarded =
                        Forwarded.start(place.resolve("log"), Forwarded.webhook(collector.url("/siem?a=b")))) {
            forwarded.append(1500);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> collector.accepted().size() >= 1501);

            assertThat(collector.accepted()).isEqualTo(Forwarded.upTo(1501));
            assertThat(collector.posts).allSatisfy(post -> {
                assertThat(post.path()).isEqualTo("/siem?a=b");
                AuditRecord last = RecordParser.parse(
                        post.body().lines().reduce((a, b) -> b).orElseThrow().getBytes(UTF_8));
                assertThat(post.delivery())
                        .isEqualTo(post.sequences().getFirst() + "-" + last.sequence() + "-" + last.hash());
            });
            for (int i = 1; i < collector.posts.size(); i++) {
                if (collector.posts.get(i - 1).status() >= 300) {
                    assertThat(collector.posts.get(i).delivery())
                            .isEqualTo(collector.posts.get(i - 1).delivery());
                }
            }
            await().until(() -> forwarded.standing().lagRecords() == 0);
            assertThat(forwarded.standing().isUp()).isTrue();
            assertThat(forwarded.standing().failures()).isPositive();
            assertThat(forwarded.standing().received()).isEqualTo(1501);
            assertThat(forwarded.standing().lag()).isZero();
        }
    }

    @Test
    void aReceiverThatIsDownMissesNothing() throws Exception {
        int port = Rsyslog.freePort();
        List<Long> before;
        try (Collector collector = Collector.start(port, Collector.status(204));
                Forwarded forwarded = Forwarded.start(place.resolve("log"), Forwarded.webhook(collector.url("/")))) {
            forwarded.append(100);
            await().until(() -> forwarded.standing().position() == 101);
            collector.close();
            before = collector.accepted();
            forwarded.append(700);
            await().until(() -> forwarded.standing().failures() > 2);
            assertThat(forwarded.standing().isUp()).isFalse();
            assertThat(forwarded.standing().lagRecords()).isEqualTo(700);
            assertThat(forwarded.standing().lag()).isPositive();
            try (Collector again = Collector.start(port, Collector.status(200))) {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> forwarded.standing().lagRecords() == 0);
                assertThat(before).isEqualTo(Forwarded.upTo(101));
                assertThat(again.accepted()).isEqualTo(Forwarded.upTo(801).subList(101, 801));
            }
        }
    }

    @Test
    void aRestartGoesOnWhereItStoppedAndSendsABatchThatWasBegunAsItWas() throws Exception {
        try (Collector collector = Collector.start(0, Collector.status(500))) {
            Destination webhook = Forwarded.webhook(collector.url("/"));
            try (Forwarded forwarded = Forwarded.start(place.resolve("log"), webhook)) {
                forwarded.append(20);
                await().until(() -> !collector.posts.isEmpty());
            }
            Collector.Post begun = collector.posts.getLast();
            collector.answer = Collector.status(200);
            try (Forwarded forwarded = Forwarded.start(place.resolve("log"), webhook)) {
                forwarded.append(20);
                await().until(() -> collector.accepted().size() >= 43);
            }
            assertThat(collector.posts.stream()
                            .filter(post -> post.status() == 200)
                            .findFirst()
                            .orElseThrow()
                            .delivery())
                    .isEqualTo(begun.delivery());
            assertThat(collector.accepted().subList(0, 43)).isEqualTo(Forwarded.upTo(43));
            Forwarded.start(place.resolve("log"), webhook).close();
            assertThat(collector.accepted())
                    .hasSizeGreaterThan(43)
                    .isEqualTo(Forwarded.upTo(collector.accepted().size()));
        }
    }

    @Test
    void theSignatureIsWhatPythonMakesOfKeyTimeAndBody() throws Exception {
        Path key = Forwarded.secret(place.resolve("key"), "0123456789abcdef\n");
        Path token = Forwarded.secret(place.resolve("token"), "Bearer s3cret\n");
        try (Collector collector = Collector.start(0, Collector.status(200))) {
            Destination webhook = new Destination.Webhook(
                    collector.url("/"),
                    Optional.of(key),
                    Optional.of(token),
                    TlsFiles.USUAL,
                    BodyFormat.JSON_ARRAY,
                    Forwarded.TIMEOUT);
            try (Forwarded forwarded = Forwarded.start(place.resolve("log"), webhook)) {
                forwarded.append(3);
                await().until(() -> collector.accepted().size() == 4);
            }
            Collector.Post post = collector.posts.getFirst();
            assertThat(post.body()).startsWith("[").endsWith("]\n");
            assertThat(post.headers().getFirst("Content-Type")).isEqualTo("application/json");
            assertThat(post.headers().getFirst("Authorization")).isEqualTo("Bearer s3cret");
            Process python = new ProcessBuilder(
                            "python3",
                            "-c",
                            "import hashlib, hmac, sys\n"
                                    + "print('v1=' + hmac.new(b'0123456789abcdef', sys.argv[1].encode() + b'.'"
                                    + " + sys.stdin.buffer.read(), hashlib.sha256).hexdigest())",
                            post.headers().getFirst("X-AgentFense-Timestamp"))
                    .start();
            python.getOutputStream().write(post.body().getBytes(UTF_8));
            python.getOutputStream().close();
            assertThat(post.headers().getFirst("X-AgentFense-Signature"))
                    .isEqualTo(new String(python.getInputStream().readAllBytes(), UTF_8).strip());
        }
    }

    @Test
    void aKeyThatEverybodyMayReadIsRefusedAtTheStart() throws Exception {
        Path key = Files.writeString(place.resolve("key"), "0123456789abcdef");
        Destination webhook = new Destination.Webhook(
                java.net.URI.create("http://localhost:1/"),
                Optional.of(key),
                Optional.empty(),
                TlsFiles.USUAL,
                BodyFormat.JSON,
                Forwarded.TIMEOUT);
        assertThatThrownBy(() -> Forwarded.start(place.resolve("log"), webhook)).hasMessageContaining("chmod 600");
    }

    @Test
    void aRedirectIsNotFollowedAndNothingIsSkippedForIt() throws Exception {
        try (Collector elsewhere = Collector.start(0, Collector.status(200));
                Collector collector = Collector.start(
                        0,
                        body -> new Collector.Reply(
                                307, Map.of("Location", elsewhere.url("/").toString()), ""));
                Forwarded forwarded = Forwarded.start(place.resolve("log"), Forwarded.webhook(collector.url("/")))) {
            await().until(() -> collector.posts.size() >= 2);
            assertThat(elsewhere.posts).isEmpty();
            assertThat(forwarded.standing().position()).isZero();
        }
    }

    @Test
    void aBatchThatIsTooLargeIsSentInParts() throws Exception {
        Collector.Answer small = body -> new Collector.Reply(body.length() > 3000 ? 413 : 200, Map.of(), "");
        try (Collector collector = Collector.start(0, small);
                Forwarded forwarded = Forwarded.start(place.resolve("log"), Forwarded.webhook(collector.url("/")))) {
            forwarded.append(100);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> forwarded.standing().position() == 101);
            assertThat(collector.accepted()).isEqualTo(Forwarded.upTo(101));
            assertThat(forwarded.standing().lost()).isZero();
        }
    }

    @Test
    void aServerThatAnswersNothingHoldsNothingUpAtTheEnd() throws Exception {
        try (Collector collector = Collector.start(0, body -> {
            try {
                Thread.sleep(Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                throw new java.io.IOException(e);
            }
            return new Collector.Reply(200, Map.of(), "");
        })) {
            Forwarded forwarded = Forwarded.start(place.resolve("log"), Forwarded.webhook(collector.url("/")));
            forwarded.append(10);
            await().until(() -> forwarded.standing().failures() > 0);
            forwarded.close();
            assertThat(forwarded.standing().position()).isZero();
        }
    }
}
