package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.agentfense.audit.outbound.SecretFile;
import io.agentfense.audit.outbound.TlsFiles;
import io.agentfense.audit.outbound.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts to one URL; any answer of 200 to 299 is a receipt. No redirect is followed. Thread-safe. */
final class HttpPost implements AutoCloseable {
    private static final int LONGEST_ANSWER = 64 * 1024;

    private final URI url;
    private final Duration timeout;
    private final Optional<String> authorization;
    private final HttpClient client;

    /**
     * A way to a URL.
     *
     * @throws IOException if a file does not hold what it should
     */
    HttpPost(URI url, Optional<Path> authorizationFile, TlsFiles tls, Duration timeout) throws IOException {
        this.url = url;
        this.timeout = timeout;
        authorization = authorizationFile.isEmpty() ? Optional.empty() : Optional.of(header(authorizationFile.get()));
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .sslContext(Trust.of(tls))
                .build();
    }

    private static String header(Path file) throws IOException {
        String value = new String(SecretFile.read(file, 1), ISO_8859_1);
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IOException(file + ": must be one line of printable ASCII, such as Bearer and a token");
        }
        return value;
    }

    /**
     * What is answered.
     *
     * @throws TooLargeException if the body is larger than the receiver takes
     * @throws BusyException if it says when to come again
     * @throws IOException if there is no answer, or another one
     */
    byte[] post(byte[] body, String mediaType, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", mediaType)
                .header("User-Agent", "agentfense")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        authorization.ifPresent(value -> request.header("Authorization", value));
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
        try {
            return checked(exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw new IOException("no answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + timeout, e);
        } finally {
            // Of one that is not over, this ends the connection.
            exchange.cancel(true);
        }
    }

    private static byte[] checked(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        if (status == 413) {
            throw new TooLargeException("the answer is 413");
        }
        if (status < 200 || status >= 300) {
            String message = "the answer is " + status;
            Optional<Duration> pause = RetryAfter.of(response.headers());
            throw pause.isPresent() ? new BusyException(message, pause.get()) : new IOException(message);
        }
        return response.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
