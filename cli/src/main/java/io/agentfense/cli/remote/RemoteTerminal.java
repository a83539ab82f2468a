package io.agentfense.cli.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.cli.Failure;
import io.agentfense.linux.FollowedSize;
import io.agentfense.linux.WindowSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of {@code agentfense.terminal.v1}: what the terminal shows is printed, no faster than it can be, keys and
 * sizes go there. One thread types, one awaits, and the WebSocket calls the rest from one at a time.
 */
final class RemoteTerminal implements WebSocket.Listener {
    static final String PROTOCOL = "agentfense.terminal.v1";

    /** Less than a server takes at once. */
    private static final int BUFFER_BYTES = 16 << 10;

    private final PrintStream screen;
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private CompletableFuture<WebSocket> sent = opened;
    private @Nullable Integer exitCode;

    RemoteTerminal(PrintStream screen) {
        this.screen = screen;
    }

    @Override
    public void onOpen(WebSocket socket) {
        opened.complete(socket);
        socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        screen.write(bytes, 0, bytes.length);
        screen.flush();
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            take(text.toString());
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void take(String frame) {
        try {
            JsonNode told = Server.JSON.readTree(frame);
            if (told.hasNonNull("exit")) {
                exitCode = told.get("exit").path("exit_code").asInt();
            } else if (told.hasNonNull("error")) {
                JsonNode error = told.get("error");
                fail(exitCode(error.path("code").asInt()), error.path("message").asText());
            }
        } catch (JsonProcessingException e) {
            fail(Failure.GENERAL, "the server sent what is no JSON");
        }
    }

    /** For a code of gRPC, what {@link Server} has for its status of HTTP. */
    private static int exitCode(int code) {
        return switch (code) {
            case 3, 9, 11 -> Failure.USAGE;
            case 4 -> Failure.TIMED_OUT;
            case 5 -> Failure.NOT_FOUND;
            case 6, 8, 10 -> Failure.CONFLICT;
            case 7, 16 -> Failure.DENIED;
            case 14 -> Failure.UNREACHABLE;
            default -> Failure.GENERAL;
        };
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        over();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable thrown) {
        over();
    }

    private void over() {
        if (exitCode == null) {
            fail(Failure.UNREACHABLE, "the server ended the connection before the shell ended");
        } else {
            end.complete(exitCode);
        }
    }

    /** The first reason counts. */
    private void fail(int exit, String message) {
        end.completeExceptionally(new Failure(exit, message));
    }

    /** Sends what is typed until nothing more can be; waits while the command does not read. */
    void type(InputStream keys) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int read;
            while ((read = keys.read(buffer)) >= 0) {
                ByteBuffer typed = ByteBuffer.wrap(buffer, 0, read);
                send(socket -> socket.sendBinary(typed, true)).join();
            }
            fail(Failure.GENERAL, "the terminal was closed");
        } catch (IOException e) {
            fail(Failure.GENERAL, "the terminal can't be read any more: " + e.getMessage());
        } catch (CompletionException e) {
            // The connection ended, which is told elsewhere.
        }
    }

    /** One after the other, as a WebSocket wants it. */
    private synchronized CompletableFuture<WebSocket> send(Function<WebSocket, CompletableFuture<WebSocket>> frame) {
        sent = sent.thenCompose(frame);
        return sent;
    }

    /**
     * Waits for the end, and has the size follow that of a local terminal until then.
     *
     * @return the exit code
     * @throws Failure for what the server refused, or a connection that ended early
     */
    int await(int localTerminal) throws IOException {
        FollowedSize followed = new FollowedSize(localTerminal);
        while (true) {
            followed.change().ifPresent(this::resize);
            try {
                return end.get(FollowedSize.MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Time to look again.
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Failure failure ? failure : new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(Failure.GENERAL, "interrupted");
            }
        }
    }

    private void resize(WindowSize size) {
        ObjectNode frame = Server.object();
        frame.putObject("resize").put("rows", size.rows()).put("columns", size.columns());
        var _ = send(socket -> socket.sendText(frame.toString(), true));
    }
}
