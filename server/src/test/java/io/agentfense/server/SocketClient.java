package io.agentfense.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of a WebSocket: what came, and how it ended. Thread-safe. */
final class SocketClient implements WebSocket.Listener {
    static final String PROTOCOL = "agentfense.terminal.v1";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private volatile boolean reads;
    private final WebSocket socket;

    private SocketClient(String address, boolean reads, List<String> protocols, String... headers) {
        this.reads = reads;
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (!protocols.isEmpty()) {
            builder.subprotocols(
                    protocols.getFirst(), protocols.subList(1, protocols.size()).toArray(String[]::new));
        }
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(URI.create(address), this).join();
    }

    /** Opens one that reads what comes; its headers are names and values in turns. */
    static SocketClient open(TestServer server, String path, List<String> protocols, String... headers) {
        return new SocketClient("ws://" + server.address() + path, true, protocols, headers);
    }

    static SocketClient open(TestServer server, String path) {
        return open(server, path, List.of(PROTOCOL));
    }

    /** One that reads nothing until {@link #read}. */
    static SocketClient openUnread(TestServer server, String path) {
        return new SocketClient("ws://" + server.address() + path, false, List.of(PROTOCOL));
    }

    void read() {
        reads = true;
        socket.request(1);
    }

    private void goOn(WebSocket from) {
        if (reads) {
            from.request(1);
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        goOn(opened);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] piece = new byte[data.remaining()];
        data.get(piece);
        bytes.writeBytes(piece);
        goOn(from);
        return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        texts.add(data.toString());
        goOn(from);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable thrown) {
        closed.completeExceptionally(thrown);
    }

    WebSocket socket() {
        return socket;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    int size() {
        return bytes.size();
    }

    String shown() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    List<String> texts() {
        return texts;
    }

    void type(byte[] typed) {
        socket.sendBinary(ByteBuffer.wrap(typed), true).join();
    }

    void say(String text) {
        socket.sendText(text, true).join();
    }

    /** The status of the close, once it came. */
    int closed() {
        return closed.join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** What the last text frame says, once the server closed. */
    JsonNode last(String field) throws IOException {
        closed.join();
        return TestServer.JSON.readTree(texts.getLast()).path(field);
    }
}
