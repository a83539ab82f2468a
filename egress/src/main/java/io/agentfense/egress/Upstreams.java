package io.agentfense.egress;

import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.egress.policy.HostName;
import io.agentfense.egress.policy.Verdict;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections on this side for destinations that were judged already. A name is resolved here and now; every
 * address is judged, and the connection goes to exactly one that was. Confined to one event loop.
 */
final class Upstreams implements AutoCloseable {
    private static final int TO_CONNECT_MILLIS = 10_000;
    private static final int TO_RESOLVE_MILLIS = 5_000;
    private static final int MOST_ATTEMPTS = 4;

    private final EventLoop loop;
    private final EgressPolicy policy;
    private @Nullable DnsNameResolver resolver;

    Upstreams(EventLoop loop, EgressPolicy policy) {
        this.loop = loop;
        this.policy = policy;
    }

    /** A connection that is not read before somebody asks; else a {@link DeniedException}, or why it did not work. */
    Future<Channel> open(Destination destination) {
        Promise<Channel> promise = loop.newPromise();
        switch (destination) {
            case Destination.Unreadable _ -> promise.setFailure(new DeniedException("not a host"));
            case Destination.Literal(InetAddress address, int port) ->
                connect(List.of(address).iterator(), port, promise);
            case Destination.Named(HostName name, int port) ->
                // Absolute, so that no search domain of this machine is tried.
                resolver().resolveAll(name.text() + ".").addListener((Future<List<InetAddress>> found) -> {
                    if (found.isSuccess()) {
                        connectToAllowed(name, found.getNow(), port, promise);
                    } else {
                        promise.setFailure(found.cause());
                    }
                });
        }
        return promise;
    }

    private void connectToAllowed(HostName name, List<InetAddress> addresses, int port, Promise<Channel> promise) {
        List<InetAddress> allowed = new ArrayList<>();
        String reason = name + " has no address";
        for (InetAddress address : addresses) {
            Verdict verdict = policy.leadsTo(name, address, port);
            if (verdict.isAllowed()) {
                allowed.add(address);
            } else {
                reason = verdict.rule();
            }
        }
        if (allowed.isEmpty()) {
            promise.setFailure(new DeniedException(reason));
        } else {
            connect(allowed.stream().limit(MOST_ATTEMPTS).iterator(), port, promise);
        }
    }

    private void connect(Iterator<InetAddress> addresses, int port, Promise<Channel> promise) {
        ChannelFuture attempt = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TO_CONNECT_MILLIS)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new InetSocketAddress(addresses.next(), port));
        attempt.addListener(done -> {
            if (done.isSuccess()) {
                if (!promise.trySuccess(attempt.channel())) {
                    var _ = attempt.channel().close();
                }
            } else if (addresses.hasNext()) {
                connect(addresses, port, promise);
            } else {
                promise.tryFailure(new IOException("connect", done.cause()));
            }
        });
    }

    private DnsNameResolver resolver() {
        DnsNameResolver made = resolver;
        if (made == null) {
            DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                    .datagramChannelType(EpollDatagramChannel.class)
                    .socketChannelType(EpollSocketChannel.class)
                    .queryTimeoutMillis(TO_RESOLVE_MILLIS)
                    .searchDomains(List.of());
            policy.dns()
                    .ifPresent(
                            server -> builder.nameServerProvider(new SingletonDnsServerAddressStreamProvider(server)));
            made = builder.build();
            resolver = made;
        }
        return made;
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
        }
    }
}
