package io.agentfense.egress;

import io.agentfense.linux.Descriptor;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** The sockets that this process holds in the namespace of a sandbox, and what comes by them. Thread-safe. */
final class Listeners implements AutoCloseable {
    /** Where the proxy listens inside; guest/src/network.c has the port too. */
    static final String PROXY_URL = "http://127.0.0.1:3128";

    private static final int SOCKETS = 4;
    private static final int IDLE_SECONDS = 600;
    private static final int CONNECTIONS_AT_A_TIME = 100;
    private static final int QUERIES_AT_A_TIME = 200;

    private final EventLoop loop;
    private final Gate gate;
    private final ChannelGroup channels;
    private final Places places;

    private Listeners(EventLoop loop, Gate gate) {
        this.loop = loop;
        this.gate = gate;
        channels = new DefaultChannelGroup(loop, true);
        places = new Places(gate);
    }

    /**
     * Takes over the sockets of a link, in the order of {@code enum network_socket} of guest/src/network.h.
     *
     * @throws IOException if there are others
     */
    static Listeners open(EventLoop loop, Gate gate, List<Integer> sockets) throws IOException {
        if (sockets.size() != SOCKETS) {
            sockets.forEach(Descriptor::close);
            throw new IOException("the guest program gave " + sockets.size() + " sockets: it is of another version");
        }
        Listeners listeners = new Listeners(loop, gate);
        listeners.streams(sockets.get(0), () -> List.of(new Intercepted(gate)));
        listeners.datagrams(sockets.get(1));
        listeners.streams(
                sockets.get(2),
                () -> List.of(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new NameServer(gate)));
        listeners.streams(sockets.get(3), () -> List.of(new RequestDecoder(), HttpGate.proxy(gate)));
        return listeners;
    }

    private void streams(int socket, Supplier<List<ChannelHandler>> handlers) {
        new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> new EpollServerSocketChannel(socket))
                .handler(prepared(channel -> channel.pipeline().addLast(new Pace(CONNECTIONS_AT_A_TIME))))
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(prepared(channel -> {
                    channel.pipeline().addLast(places, new IdleStateHandler(0, 0, IDLE_SECONDS));
                    handlers.get().forEach(channel.pipeline()::addLast);
                }))
                .register()
                .syncUninterruptibly();
    }

    private void datagrams(int socket) {
        new Bootstrap()
                .group(loop)
                .channelFactory(() -> new EpollDatagramChannel(socket))
                .handler(prepared(channel -> channel.pipeline()
                        .addLast(
                                new Pace(QUERIES_AT_A_TIME),
                                new DatagramDnsQueryDecoder(),
                                new DatagramDnsResponseEncoder(),
                                new NameServer(gate))))
                .register()
                .syncUninterruptibly();
    }

    /** What is done with a channel before anything comes by it. */
    @FunctionalInterface
    private interface Preparation {
        void of(Channel channel);
    }

    private ChannelHandler prepared(Preparation preparation) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channels.add(channel);
                preparation.of(channel);
            }
        };
    }

    /** Ends all connections from inside, and with them those outside; tells what was only counted so far. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly();
        loop.submit(() -> {
                    gate.upstreams().close();
                    gate.denials().tellRest();
                    gate.uses().tellRest();
                })
                .syncUninterruptibly();
    }
}
