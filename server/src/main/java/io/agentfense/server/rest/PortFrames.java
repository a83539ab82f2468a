package io.agentfense.server.rest;

import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.rpc.Statuses;
import io.agentfense.server.sandbox.Ports;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A connection to a port and its client at the other end of a WebSocket. A thread of its own sends what comes from inside,
 * no faster than the client takes it; the client's frames are taken one at a time, the next once the one before was written.
 */
final class PortFrames implements Subscriber<WebSocketFrame> {
    private static final Duration PING = Duration.ofSeconds(25);
    private static final int PIECE_BYTES = 64 << 10;
    private static final String END = "{\"end\": true}";

    private final ServiceRequestContext context;
    private final Dial dial;
    private final WebSocketWriter out = WebSocket.streaming();
    private final CompletableFuture<Ports.Connection> connected = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // The first call is onSubscribe.
    private Subscription in;

    private PortFrames(ServiceRequestContext context, Dial dial) {
        this.context = context;
        this.dial = dial;
    }

    /** Makes the connection. */
    @FunctionalInterface
    interface Dial {
        Ports.Connection connect() throws Exception;
    }

    /** Connects; the frames for the client. */
    static WebSocket open(ServiceRequestContext context, WebSocket in, Dial dial) {
        PortFrames frames = new PortFrames(context, dial);
        TerminalPings.start(frames.out, context.eventLoop().withoutContext(), PING);
        in.subscribe(frames);
        return frames.out;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        in = subscription;
        Thread.ofPlatform().daemon().name("port").start(this::carry);
    }

    private void carry() {
        try (Ports.Connection connection = dial.connect()) {
            // Also if it has happened already.
            var _ = out.whenComplete().exceptionally(_ -> null).thenRun(connection::close);
            connected.complete(connection);
            in.request(1);
            InputStream inside = connection.socket().input();
            byte[] piece = new byte[PIECE_BYTES];
            for (int length = inside.read(piece); length >= 0; length = inside.read(piece)) {
                Consumption.send(out, WebSocketFrame.ofBinary(Arrays.copyOf(piece, length)));
            }
            if (connection.isClosed()) {
                // The sandbox was isolated: that end is this one's too.
                out.close(WebSocketCloseStatus.POLICY_VIOLATION);
                return;
            }
            Consumption.send(out, WebSocketFrame.ofText(END));
            // What the client has yet to say goes on until it closes.
            out.whenComplete().exceptionally(_ -> null).join();
        } catch (Exception e) {
            fail(e);
        }
    }

    @Override
    public void onNext(WebSocketFrame frame) {
        context.blockingTaskExecutor().execute(() -> {
            try {
                take(frame, connected.join());
            } catch (Exception e) {
                fail(e);
            } finally {
                in.request(1);
            }
        });
    }

    private void take(WebSocketFrame frame, Ports.Connection connection) throws Exception {
        switch (frame.type()) {
            case BINARY -> connection.socket().output().write(frame.array());
            case TEXT -> {
                if (!END.equals(frame.text())) {
                    throw new Refusal(Kind.INVALID, "a text frame is " + END + "; bytes are binary frames");
                }
                connection.socket().endOutput();
            }
            case PING -> Consumption.send(out, WebSocketFrame.ofPong(frame.array()));
            case CLOSE -> out.close();
            case PONG, CONTINUATION -> {}
        }
    }

    /** Tells the client what there is to tell; of a connection that broke that is the close alone. */
    private void fail(Exception e) {
        boolean broke = e instanceof IOException;
        if (out.isOpen()
                && !broke
                && out.tryWrite(WebSocketFrame.ofText(
                        TerminalControl.error(Statuses.of(e).getStatus())))) {
            out.close(WebSocketCloseStatus.POLICY_VIOLATION);
        }
        out.close();
    }

    @Override
    public void onError(Throwable thrown) {
        out.close();
    }

    @Override
    public void onComplete() {
        out.close();
    }
}
