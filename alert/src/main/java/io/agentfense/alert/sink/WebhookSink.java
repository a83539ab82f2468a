package io.agentfense.alert.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.audit.outbound.Signature;
import io.agentfense.audit.outbound.Trust;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Posts {@link AlertJson} to a URL and takes any answer of 200 to 299 for a receipt.
 *
 * <p>With a key it is signed as {@link Signature} says.
 */
final class WebhookSink implements Sink {
    /** Of what a client does wrong, these mend themselves: timeout, too early, too many requests. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private final Target.Webhook target;
    private final InstantSource clock;
    private final HttpClient client;
    private final @Nullable Signature signature;

    WebhookSink(Target.Webhook target, InstantSource clock) throws IOException {
        this.target = target;
        this.clock = clock;
        signature = target.secretFile().isEmpty()
                ? null
                : Signature.with(target.secretFile().get());
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(target.timeout());
        if (target.caFile().isPresent()) {
            builder.sslContext(Trust.in(target.caFile().get()));
        }
        client = builder.build();
    }

    @Override
    public void tell(AlertChange change) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<Void>> exchange =
                client.sendAsync(request(change), HttpResponse.BodyHandlers.discarding());
        try {
            check(exchange.get(target.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .statusCode());
        } catch (ExecutionException e) {
            throw new IOException("no answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + target.timeout(), e);
        } finally {
            // Of one that is not over, this ends the connection.
            exchange.cancel(true);
        }
    }

    private static void check(int status) throws IOException {
        if (status >= 300 && status < 500 && !PASSING.contains(status)) {
            throw new RefusedException("the answer is " + status);
        }
        if (status < 200 || status >= 300) {
            throw new IOException("the answer is " + status);
        }
    }

    private HttpRequest request(AlertChange change) {
        byte[] body = AlertJson.of(change).getBytes(UTF_8);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url())
                .timeout(target.timeout())
                .header("Content-Type", "application/json")
                .header("User-Agent", "agentfense")
                .header(
                        Signature.DELIVERY,
                        change.alert().id() + "-" + change.state() + "-"
                                + change.alert().count())
                .header(Signature.TIMESTAMP, timestamp)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (signature != null) {
            request.header(Signature.HEADER, signature.of(timestamp, body));
        }
        return request.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
