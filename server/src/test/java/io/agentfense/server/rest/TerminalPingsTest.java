package io.agentfense.server.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketFrameType;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

class TerminalPingsTest {
    private static final Duration INTERVAL = Duration.ofMillis(1);

    private final Loop loop = new Loop();
    private final WebSocketWriter out = WebSocket.streaming();
    private final Client client = new Client();

    /** Knows what is done on it again and again. */
    private static final class Loop extends DefaultEventLoop {
        private ScheduledFuture<?> task;

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long delay, long period, TimeUnit unit) {
            task = super.scheduleAtFixedRate(command, delay, period, unit);
            return task;
        }
    }

    /** Takes as many frames as it wants. */
    private static final class Client implements Subscriber<WebSocketFrame> {
        private final List<WebSocketFrameType> taken = new CopyOnWriteArrayList<>();
        private Subscription subscription;

        @Override
        public void onSubscribe(Subscription started) {
            subscription = started;
        }

        @Override
        public void onNext(WebSocketFrame frame) {
            taken.add(frame.type());
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    private void start() {
        out.subscribe(client, loop);
        await().until(() -> client.subscription != null);
        TerminalPings.start(out, loop, INTERVAL);
    }

    @Test
    void aQuietClientIsPingedAgainAndAgain() {
        start();
        client.subscription.request(Long.MAX_VALUE);
        await().until(() -> client.taken.size() >= 3);
        assertThat(client.taken).containsOnly(WebSocketFrameType.PING);
    }

    @Test
    void pingsDoNotPileUpForOneThatDoesNotRead() throws Exception {
        start();
        for (int i = 0; i < 100; i++) {
            loop.schedule(() -> {}, INTERVAL.toMillis(), TimeUnit.MILLISECONDS).get();
        }
        out.write("after");
        client.subscription.request(2);
        await().until(() -> client.taken.size() == 2);
        assertThat(client.taken).containsExactly(WebSocketFrameType.PING, WebSocketFrameType.TEXT);
    }

    @Test
    void theyEndWithTheWebSocket() {
        start();
        out.abort();
        await().until(() -> loop.task.isCancelled());
    }
}
