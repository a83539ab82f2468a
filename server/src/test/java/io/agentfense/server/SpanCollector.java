package io.agentfense.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Takes spans as OTLP over HTTP has them, and reads them by the numbers of opentelemetry-proto's fields. Thread-safe. */
final class SpanCollector implements AutoCloseable {
    /**
     * A span.
     *
     * @param parent its id, empty for none
     * @param kind 1 for what goes on inside, 2 for a server's call
     * @param failed whether its status is ERROR
     * @param attributes numbers as texts
     */
    record Received(
            String trace,
            String id,
            String parent,
            String name,
            long kind,
            long began,
            long ended,
            boolean failed,
            Map<String, String> attributes) {}

    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpServer http;

    SpanCollector() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/traces", exchange -> {
            spans.addAll(read(exchange.getRequestBody().readAllBytes()));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** All that came so far. */
    List<Received> spans() {
        return List.copyOf(spans);
    }

    /** One header for each batch. */
    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    private static List<Received> read(byte[] request) throws IOException {
        return below(UnknownFieldSet.parseFrom(request), 1)
                .flatMap(resource -> below(resource, 2))
                .flatMap(scope -> below(scope, 2))
                .map(SpanCollector::span)
                .toList();
    }

    private static Received span(UnknownFieldSet span) {
        Map<String, String> attributes = new LinkedHashMap<>();
        below(span, 9)
                .forEach(entry -> attributes.put(
                        text(entry, 1), value(below(entry, 2).findFirst().orElseThrow())));
        boolean failed = below(span, 15).anyMatch(status -> number(status, 3) == 2);
        return new Received(
                hex(span, 1),
                hex(span, 2),
                hex(span, 4),
                text(span, 5),
                number(span, 6),
                span.getField(7).getFixed64List().getFirst(),
                span.getField(8).getFixed64List().getFirst(),
                failed,
                attributes);
    }

    private static String value(UnknownFieldSet value) {
        return value.hasField(1) ? text(value, 1) : Long.toString(number(value, 3));
    }

    private static Stream<UnknownFieldSet> below(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream().map(SpanCollector::message);
    }

    private static UnknownFieldSet message(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        List<ByteString> all = message.getField(field).getLengthDelimitedList();
        return all.isEmpty() ? ByteString.EMPTY : all.getFirst();
    }

    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).toString(UTF_8);
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(bytes(message, field).toByteArray());
    }

    private static long number(UnknownFieldSet message, int field) {
        List<Long> all = message.getField(field).getVarintList();
        return all.isEmpty() ? 0 : all.getFirst();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
