package io.agentfense.server.rest;

import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Pings over a WebSocket that is quiet. They keep what lies between from forgetting it, and a host that vanished is found
 * out: TCP waits in vain for a ping to be acknowledged, and ends the connection. A missing pong says nothing, since a client
 * that does not read for a while is not gone. Confined to an event loop.
 */
final class TerminalPings {
    private final WebSocketWriter out;
    private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);

    private TerminalPings(WebSocketWriter out) {
        this.out = out;
    }

    /** Pings until the WebSocket is closed. */
    static void start(WebSocketWriter out, EventLoop loop, Duration interval) {
        TerminalPings pings = new TerminalPings(out);
        ScheduledFuture<?> task =
                loop.scheduleAtFixedRate(pings::ping, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        var _ = out.whenComplete().whenComplete((_, _) -> task.cancel(false));
    }

    /** Not while another waits to be taken: the client is not quiet then, and they would pile up. */
    private void ping() {
        if (sent.isDone() && out.tryWrite(WebSocketFrame.ofPing())) {
            sent = out.whenConsumed();
        }
    }
}
