package io.agentfense.server.http;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The thread that accepts the connections of one address. It ends once it is told to: by itself it would go on for two seconds,
 * in case somebody had work for it, and a server's stop waits for that.
 */
final class AcceptLoop extends MultiThreadIoEventLoopGroup {
    private static final int LONGEST_SECONDS = 2;

    AcceptLoop(String threadName) {
        super(1, new DefaultThreadFactory(threadName), EpollIoHandler.newFactory());
    }

    @Override
    public Future<?> shutdownGracefully() {
        return shutdownGracefully(0, LONGEST_SECONDS, TimeUnit.SECONDS);
    }
}
