package io.agentfense.cli.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;

/** A server's REST: calls, and the failure that each error of it is for scripts. Thread-safe. */
public final class Server {
    static final JsonMapper JSON = new JsonMapper();

    /** The code of gRPC for a command whose time was up. */
    private static final int DEADLINE_EXCEEDED = 4;

    private final Context context;
    private final HttpClient http = HttpClient.newHttpClient();

    Server(Context context) {
        this.context = context;
    }

    /** An empty object. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** A segment of a path, or a value of a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A path of several segments. */
    public static String encodedPath(String path) {
        return encoded(path).replace("%2F", "/");
    }

    /** The answer to a GET; fails with what the server said. */
    public JsonNode get(String path) throws IOException {
        return json(request(path).GET());
    }

    /** The answer to a POST. */
    public JsonNode post(String path, JsonNode body) throws IOException {
        return json(withJson(path).POST(BodyPublishers.ofString(body.toString())));
    }

    JsonNode put(String path, JsonNode body) throws IOException {
        return json(withJson(path).PUT(BodyPublishers.ofString(body.toString())));
    }

    /** The answer to a PUT of content. */
    public JsonNode put(String path, BodyPublisher content) throws IOException {
        return json(request(path).PUT(content));
    }

    JsonNode upload(String path, BodyPublisher content) throws IOException {
        return json(request(path).header("content-type", "application/x-tar").POST(content));
    }

    /** The answer to a DELETE. */
    public JsonNode delete(String path) throws IOException {
        return json(request(path).DELETE());
    }

    /** The body of an answer as it comes; the caller closes it. */
    public InputStream download(String path) throws IOException {
        return send(request(path).GET());
    }

    /** The same of a call with a body. */
    InputStream stream(String path, JsonNode body) throws IOException {
        return send(withJson(path).POST(BodyPublishers.ofString(body.toString())));
    }

    /**
     * A WebSocket that speaks a protocol.
     *
     * @throws Failure for what the server refused, or if there is none that speaks it
     */
    WebSocket open(String path, String protocol, WebSocket.Listener listener) throws IOException {
        WebSocket.Builder builder = http.newWebSocketBuilder().subprotocols(protocol);
        if (!context.key().isEmpty()) {
            builder.header("authorization", "Bearer " + context.key());
        }
        URI address = URI.create(trimmed(context.server()).replaceFirst("(?i)^http", "ws") + path);
        WebSocket socket;
        try {
            socket = builder.buildAsync(address, listener).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.GENERAL, "interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                HttpResponse<?> response = refused.getResponse();
                throw failure(response.statusCode(), String.valueOf(response.body()));
            }
            throw unreachable(e.getCause() == null ? e : e.getCause());
        }
        if (!socket.getSubprotocol().equals(protocol)) {
            socket.abort();
            throw new Failure(Failure.GENERAL, context.server() + " does not speak " + protocol);
        }
        return socket;
    }

    private HttpRequest.Builder withJson(String path) {
        return request(path).header("content-type", "application/json");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(trimmed(context.server()) + path));
        return context.key().isEmpty() ? builder : builder.header("authorization", "Bearer " + context.key());
    }

    private static String trimmed(URI server) {
        return server.toString().replaceFirst("/+$", "");
    }

    private JsonNode json(HttpRequest.Builder request) throws IOException {
        try (InputStream body = send(request)) {
            return JSON.readTree(body);
        }
    }

    private InputStream send(HttpRequest.Builder request) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.GENERAL, "interrupted");
        } catch (IOException e) {
            throw unreachable(e);
        }
        if (response.statusCode() / 100 == 2) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw failure(response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Failure unreachable(Throwable e) {
        return new Failure(
                Failure.UNREACHABLE,
                "no server answers at " + context.server() + (e.getMessage() == null ? "" : ": " + e.getMessage())
                        + "; start one with agentfense serve, or name another with --server");
    }

    /** For an error that comes after an answer has begun: {@code {code, message}} with a code of gRPC. */
    static Failure failure(JsonNode error) {
        boolean timedOut = error.path("code").asInt() == DEADLINE_EXCEEDED;
        return new Failure(
                timedOut ? Failure.TIMED_OUT : Failure.GENERAL,
                error.path("message").asText());
    }

    private static Failure failure(int status, String body) {
        return new Failure(exitCode(status), message(status, body));
    }

    private static int exitCode(int status) {
        return switch (status) {
            case 400 -> Failure.USAGE;
            case 401, 403 -> Failure.DENIED;
            case 404 -> Failure.NOT_FOUND;
            case 409, 429 -> Failure.CONFLICT;
            case 503 -> Failure.UNREACHABLE;
            case 504 -> Failure.TIMED_OUT;
            default -> Failure.GENERAL;
        };
    }

    private static String message(int status, String body) {
        try {
            JsonNode message = JSON.readTree(body).get("message");
            if (message != null && !message.asText().isEmpty()) {
                return message.asText();
            }
        } catch (JsonProcessingException e) {
            // Not from AgentFense; the status has to do.
        }
        return "the server answered with status " + status;
    }
}
