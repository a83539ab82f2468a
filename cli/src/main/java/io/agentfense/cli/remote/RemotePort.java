package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of {@code agentfense.port.v1}: what a local connection says goes to the sandbox's port, and what comes
 * from there to it, each no faster than it is taken. The WebSocket calls one method at a time.
 */
final class RemotePort implements WebSocket.Listener {
    static final String PROTOCOL = "agentfense.port.v1";

    /** Less than a server takes at once. */
    private static final int BUFFER_BYTES = 16 << 10;

    private static final String END = "{\"end\": true}";

    private final Socket local;
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final AtomicInteger open = new AtomicInteger(2);

    RemotePort(Socket local) {
        this.local = local;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        try {
            local.getOutputStream().write(bytes);
            socket.request(1);
        } catch (IOException e) {
            socket.abort();
            end.complete(null);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            try {
                take(socket, text.toString());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void take(WebSocket socket, String frame) throws IOException {
        JsonNode told = Server.JSON.readTree(frame);
        if (told.hasNonNull("error")) {
            end.completeExceptionally(new Failure(
                    Failure.GENERAL, told.get("error").path("message").asText()));
        } else if (told.path("end").asBoolean()) {
            local.shutdownOutput();
            directionEnded(socket);
        }
    }

    private void directionEnded(WebSocket socket) {
        if (open.decrementAndGet() == 0) {
            var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        end.complete(null);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable thrown) {
        end.complete(null);
    }

    /** Sends what the local connection says, to its end; then says so, and closes once nothing comes any more. */
    void send(WebSocket socket) {
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = local.getInputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    var _ = socket.sendBinary(ByteBuffer.wrap(buffer, 0, read), true)
                            .join();
                }
                var _ = socket.sendText(END, true).join();
                directionEnded(socket);
            } catch (IOException | CompletionException e) {
                // One of the two went away: nobody is there for the rest.
                socket.abort();
                end.complete(null);
            }
        });
    }

    /**
     * Waits for the end.
     *
     * @throws IOException why there is no connection
     */
    void await() throws IOException {
        try {
            end.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Failure failure ? failure : new IOException(e.getCause());
        }
    }
}
