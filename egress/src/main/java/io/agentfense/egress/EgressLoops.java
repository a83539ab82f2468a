package io.agentfense.egress;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads that carry what sandboxes send out; each sandbox is on one of them. Thread-safe. */
public final class EgressLoops implements AutoCloseable {
    private static final int MOST_THREADS = 4;

    private final EventLoopGroup group;

    private EgressLoops(EventLoopGroup group) {
        this.group = group;
    }

    /**
     * As many as this machine is worth.
     *
     * @throws IllegalStateException if Netty's native library can't be loaded, with the reason
     */
    public static EgressLoops start() {
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        return start(threads, new DefaultThreadFactory("egress", true));
    }

    /** On threads that the caller makes: whatever namespace they are in, connections are made there. */
    public static EgressLoops start(int threads, ThreadFactory factory) {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException("no network for sandboxes: epoll", Epoll.unavailabilityCause());
        }
        return new EgressLoops(new MultiThreadIoEventLoopGroup(threads, factory, EpollIoHandler.newFactory()));
    }

    EventLoop next() {
        return group.next();
    }

    /** Ends all connections and the threads. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
