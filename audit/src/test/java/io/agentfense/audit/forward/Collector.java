package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that takes what is posted and answers as a test wants. */
final class Collector implements AutoCloseable {
    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+),\"hash\":\"");

    /**
     * What was posted.
     *
     * @param status what was answered
     */
    record Post(String path, Headers headers, String body, int status) {
        List<Long> sequences() {
            List<Long> all = new ArrayList<>();
            Matcher matcher = SEQUENCE.matcher(body.replace("\\\"", "\""));
            while (matcher.find()) {
                all.add(Long.parseLong(matcher.group(1)));
            }
            return all;
        }

        String delivery() {
            return headers.getFirst("X-AgentFense-Delivery");
        }
    }

    /**
     * What to answer.
     *
     * @param headers by their names
     */
    record Reply(int status, Map<String, String> headers, String body) {}

    /** Answers a post. */
    @FunctionalInterface
    interface Answer {
        Reply to(String body) throws IOException;
    }

    final List<Post> posts = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    volatile Answer answer;

    private Collector(HttpServer server, Answer answer) {
        this.server = server;
        this.answer = answer;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Reply reply = this.answer.to(body);
            // Before the answer, so that whoever hears of that finds it.
            posts.add(
                    new Post(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body, reply.status()));
            reply.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] text = reply.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.status(), text.length == 0 ? -1 : text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
    }

    static Collector start(int port, Answer answer) throws IOException {
        return new Collector(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0), answer);
    }

    static Answer status(int status) {
        return body -> new Reply(status, Map.of(), "");
    }

    /** The numbers of the records of all posts that were accepted, in their order. */
    List<Long> accepted() {
        return posts.stream()
                .filter(post -> post.status() < 300)
                .flatMap(post -> post.sequences().stream())
                .toList();
    }

    URI url(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
