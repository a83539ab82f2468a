package io.agentfense.alert.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentfense.testing.CertificateAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks against a real server. */
class WebhookSinkTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String KEY = "0123456789abcdef";

    @TempDir
    Path directory;

    @Test
    void theBodyIsTheAlertAndTheSignatureProvesIt() throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, 204));
                Sink sink = sink(receiver, Optional.of(secret("rw-------")), LONG)) {
            sink.tell(Changes.closed("al_1"));

            Receiver.Request request = receiver.requests.getFirst();
            JsonNode body = new ObjectMapper().readTree(request.body());
            assertThat(body.path("state").asText()).isEqualTo("closed");
            assertThat(body.path("sandbox_id").asText()).isEqualTo(Changes.HOSTILE);
            assertThat(body.path("count").asLong()).isEqualTo(11);
            assertThat(request.body()).isPrintable().isEqualTo(AlertJson.of(Changes.closed("al_1")));
            assertThat(request.path()).isEqualTo("/hook?a=b");

            String timestamp = request.headers().getFirst("X-AgentFense-Timestamp");
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
            byte[] expected = mac.doFinal((timestamp + "." + request.body()).getBytes(UTF_8));
            assertThat(timestamp).isEqualTo(Long.toString(Changes.AT.getEpochSecond()));
            assertThat(request.headers().getFirst("X-AgentFense-Signature"))
                    .isEqualTo("v1=" + HexFormat.of().formatHex(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) throws Exception {
        try (Receiver elsewhere = Receiver.http(exchange -> Receiver.answer(exchange, 200));
                Receiver receiver = Receiver.http(exchange -> {
                    exchange.getResponseHeaders()
                            .add("Location", elsewhere.url().toString());
                    Receiver.answer(exchange, status);
                });
                Sink sink = sink(receiver, Optional.empty(), LONG)) {
            assertThatThrownBy(() -> sink.tell(Changes.raised("al_1"))).isInstanceOf(RefusedException.class);

            assertThat(receiver.requests).hasSize(1);
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 408, 425, 429})
    void whatMayMendItselfIsNoRefusal(int status) throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, status));
                Sink sink = sink(receiver, Optional.empty(), LONG)) {
            assertThatThrownBy(() -> sink.tell(Changes.raised("al_1")))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(RefusedException.class)
                    .hasMessageContaining(Integer.toString(status));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410})
    void whatIsRefusedIsNotRepeated(int status) throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, status));
                Sink sink = sink(receiver, Optional.empty(), LONG)) {
            assertThatThrownBy(() -> sink.tell(Changes.raised("al_1"))).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void anAnswerWithoutEndIsGivenUp() throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream out = exchange.getResponseBody()) {
                        while (true) {
                            out.write(new byte[1024]);
                            out.flush();
                            Thread.sleep(10);
                        }
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
                Sink sink = sink(receiver, Optional.empty(), Duration.ofMillis(300))) {
            assertThatThrownBy(() -> sink.tell(Changes.raised("al_1"))).hasMessageContaining("no whole answer within");
        }
    }

    @Test
    void nobodyIsTrustedWhoseCertificateIsUnknown() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(directory);
        SSLContext context = authority.issue("server", "DNS:localhost").context();
        try (Receiver receiver = Receiver.https(context, exchange -> Receiver.answer(exchange, 200));
                Sink trusting = new WebhookSink(
                        new Target.Webhook(
                                receiver.url(), Optional.empty(), Optional.of(authority.certificate()), LONG),
                        () -> Changes.AT);
                Sink usual = sink(receiver, Optional.empty(), LONG)) {
            trusting.tell(Changes.raised("al_1"));
            assertThat(receiver.requests).hasSize(1);

            assertThatThrownBy(() -> usual.tell(Changes.raised("al_1"))).hasMessageContaining("SSLHandshakeException");
            assertThat(receiver.requests).hasSize(1);
        }
    }

    @Test
    void aKeyThatEverybodyMayReadOrThatIsShortIsRefused() throws Exception {
        try (Receiver receiver = Receiver.http(exchange -> Receiver.answer(exchange, 200))) {
            Path open = secret("rw-r--r--");
            assertThatThrownBy(() -> sink(receiver, Optional.of(open), LONG)).hasMessageContaining("chmod 600");
            Path secret = secret("rw-------");
            Files.writeString(secret, "short\n");
            assertThatThrownBy(() -> sink(receiver, Optional.of(secret), LONG))
                    .hasMessageContaining("16 to 4096 bytes");
        }
    }

    private Path secret(String permissions) throws IOException {
        Path file = directory.resolve("key");
        Files.writeString(file, KEY + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static Sink sink(Receiver receiver, Optional<Path> secret, Duration timeout) throws IOException {
        return new WebhookSink(new Target.Webhook(receiver.url(), secret, Optional.empty(), timeout), () -> Changes.AT);
    }
}
