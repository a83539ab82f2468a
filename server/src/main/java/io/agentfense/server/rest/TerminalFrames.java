package io.agentfense.server.rest;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.sandbox.TerminalExecution;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Caller;
import io.agentfense.server.rpc.Results;
import io.agentfense.server.rpc.Statuses;
import io.agentfense.server.rpc.TerminalMessages;
import io.agentfense.server.sandbox.Interactive;
import io.agentfense.server.sandbox.Refusal;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A terminal and its client at the other end of a WebSocket. A thread of its own awaits the command and sends what it shows,
 * no faster than the client takes it: else the command waits. The client's frames are taken one at a time; the next comes
 * once the command has read the one before. The command does not outlive the WebSocket.
 */
final class TerminalFrames implements Subscriber<WebSocketFrame> {
    /** Shorter than what proxies allow a quiet connection, commonly a minute. */
    private static final Duration PING = Duration.ofSeconds(25);

    private final ServiceRequestContext context;
    private final TerminalMessages terminals;
    private final Caller caller;
    private final WebSocketWriter out = WebSocket.streaming();
    private volatile @Nullable TerminalExecution running;

    @SuppressWarnings("NullAway.Init") // The first call is onSubscribe.
    private Subscription in;

    private TerminalFrames(ServiceRequestContext context, TerminalMessages terminals, Caller caller) {
        this.context = context;
        this.terminals = terminals;
        this.caller = caller;
    }

    /** Opens the terminal that the query of a request describes; the frames for its client. */
    static WebSocket open(ServiceRequestContext context, WebSocket in, TerminalMessages terminals, Caller caller) {
        TerminalFrames frames = new TerminalFrames(context, terminals, caller);
        TerminalPings.start(frames.out, context.eventLoop().withoutContext(), PING);
        in.subscribe(frames);
        return frames.out;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        in = subscription;
        Thread.ofPlatform().daemon().name("terminal").start(this::converse);
    }

    private void converse() {
        try {
            Consumption.send(out, WebSocketFrame.ofText(TerminalControl.exit(Results.of(start().await()))));
            out.close();
        } catch (Exception e) {
            fail(e);
        }
    }

    private Interactive<TerminalExecution> start() throws Refusal, AccessException {
        try {
            Interactive<TerminalExecution> started = terminals.open(
                    caller,
                    TerminalQuery.start(String.valueOf(context.pathParam("sandbox_id")), context.queryParams()),
                    (bytes, length) -> Consumption.send(out, WebSocketFrame.ofBinary(Arrays.copyOf(bytes, length))));
            TerminalExecution terminal = started.execution();
            running = terminal;
            // Also if it has happened already.
            var _ = out.whenComplete().whenComplete((_, _) -> terminal.kill());
            return started;
        } finally {
            // Of a client that was refused there is the close to be taken.
            in.request(1);
        }
    }

    @Override
    public void onNext(WebSocketFrame frame) {
        context.blockingTaskExecutor().execute(() -> {
            try {
                take(frame);
            } catch (Exception e) {
                fail(e);
            } finally {
                in.request(1);
            }
        });
    }

    private void take(WebSocketFrame frame) throws Exception {
        switch (frame.type()) {
            case BINARY -> {
                ByteString typed = ByteString.copyFrom(frame.array());
                give(TerminalInput.newBuilder().setData(typed).build());
            }
            case TEXT -> give(TerminalControl.read(frame.text()));
            case PING -> Consumption.send(out, WebSocketFrame.ofPong(frame.array()));
            case CLOSE -> end();
            case PONG, CONTINUATION -> {}
        }
    }

    private void give(TerminalInput input) throws Exception {
        TerminalExecution terminal = running;
        if (terminal != null) {
            terminals.take(terminal, input);
        }
    }

    /** Tells the client why there is no terminal, or none any more, if it still listens. */
    private void fail(Exception e) {
        if (out.isOpen()
                && out.tryWrite(WebSocketFrame.ofText(
                        TerminalControl.error(Statuses.of(e).getStatus())))) {
            out.close(WebSocketCloseStatus.POLICY_VIOLATION);
        }
        end();
    }

    private void end() {
        out.close();
        TerminalExecution terminal = running;
        if (terminal != null) {
            terminal.kill();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end();
    }

    @Override
    public void onComplete() {
        end();
    }
}
