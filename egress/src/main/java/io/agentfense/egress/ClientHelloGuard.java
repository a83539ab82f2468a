package io.agentfense.egress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a TLS connection pass, or has it opened for a host that gets a secret, if its ClientHello names the host that was asked for, or none. One that hides a name (ECH) is
 * refused: the hidden one is what the server would go by.
 */
final class ClientHelloGuard extends SslClientHelloHandler<String> {
    private static final int MOST_BYTES = 64 << 10;

    private final Gate gate;
    private final Destination.Named destination;
    private final Channel upstream;

    ClientHelloGuard(Gate gate, Destination.Named destination, Channel upstream) {
        super(MOST_BYTES);
        this.gate = gate;
        this.destination = destination;
        this.upstream = upstream;
    }

    /** What is wrong with it; empty for nothing. */
    @Override
    protected Future<String> lookup(ChannelHandlerContext context, @Nullable ByteBuf hello) {
        return context.executor().newSucceededFuture(problem(hello));
    }

    private String problem(@Nullable ByteBuf hello) {
        if (hello == null) {
            return "what looked like TLS is none";
        }
        try {
            ClientHello parsed = ClientHello.parse(hello);
            if (parsed.hidesName()) {
                return "TLS that hides the name of its server (ECH)";
            }
            boolean agrees =
                    parsed.serverNames().stream().allMatch(destination.name().text()::equalsIgnoreCase);
            return agrees ? "" : "TLS for " + parsed.serverNames() + " on a connection to " + destination.host();
        } catch (IndexOutOfBoundsException e) {
            return "a ClientHello that ends too early";
        }
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, Future<String> looked) throws IOException {
        String problem = looked.isSuccess() ? looked.getNow() : "a ClientHello that can't be read";
        if (!problem.isEmpty()) {
            gate.deny(destination, problem);
            end(context);
            return;
        }
        if (gate.credentials().isFor(destination.name(), destination.port())) {
            OpenedTls.join(gate, context.channel(), destination, upstream);
        } else {
            context.pipeline().addLast(new Relay(upstream));
        }
        context.pipeline().remove(this);
    }

    private void end(ChannelHandlerContext context) {
        Channels.reset(upstream);
        Channels.reset(context.channel());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            end(context);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        Channels.finish(upstream);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        gate.deny(destination, "what looked like TLS is none");
        end(context);
    }
}
