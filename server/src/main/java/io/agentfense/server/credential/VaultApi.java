package io.agentfense.server.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.agentfense.audit.outbound.TlsFiles;
import io.agentfense.audit.outbound.Trust;
import io.agentfense.server.config.VaultConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Calls of a Vault's HTTP API. Follows no redirect, since tokens go along; tells nothing of what was sent or answered in its
 * errors. Thread-safe.
 */
final class VaultApi implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private final URI address;
    private final String namespace;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * For one Vault.
     *
     * @throws IOException if the file of authorities holds none
     */
    VaultApi(VaultConfig config) throws IOException {
        address = config.address();
        namespace = config.namespace();
        timeout = config.timeout();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .sslContext(Trust.of(new TlsFiles(config.caFile(), Optional.empty())))
                .build();
    }

    /**
     * What was answered.
     *
     * @param body missing if it is empty
     */
    record Answer(int status, JsonNode body) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        /** Without the body, which may be a secret. */
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /** Reads something. */
    Answer get(String path, String token) throws IOException {
        return call(request(path).header("X-Vault-Token", checked(token)).GET());
    }

    /** Does something without a token: a login. */
    Answer post(String path, Map<String, String> fields) throws IOException {
        return call(request(path).POST(body(fields)));
    }

    /** Does something with a token. */
    Answer post(String path, Map<String, String> fields, String token) throws IOException {
        return call(request(path).header("X-Vault-Token", checked(token)).POST(body(fields)));
    }

    private static HttpRequest.BodyPublisher body(Map<String, String> fields) throws IOException {
        return HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(fields));
    }

    /** Java's own refusal of a header would repeat it. */
    private static String checked(String token) throws IOException {
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("the token for Vault must be one word of ASCII that can be printed");
        }
        return token;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/v1/" + path))
                .timeout(timeout)
                .header("X-Vault-Request", "true")
                .header("User-Agent", "agentfense");
        return namespace.isEmpty() ? request : request.header("X-Vault-Namespace", namespace);
    }

    private Answer call(HttpRequest.Builder request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
        try {
            HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), json(response.body()));
        } catch (ExecutionException e) {
            throw new IOException("Vault at " + address + " does not answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("Vault at " + address + " gave no whole answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for Vault", e);
        } finally {
            // Of one that is not over, this ends the connection.
            exchange.cancel(true);
        }
    }

    private JsonNode json(byte[] body) throws IOException {
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            // Without the cause, which would tell of the answer.
            throw new IOException("what answers at " + address + " speaks no JSON, so it is no Vault");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
