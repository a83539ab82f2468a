package io.agentfense.egress;

import io.agentfense.egress.credential.Placeholders;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;

/** Ends a connection in the clear on which a placeholder of a secret is sent: it is no use there, and somebody tried. */
final class PlaceholderGuard extends ChannelInboundHandlerAdapter {
    private final Gate gate;
    private final Destination destination;
    private final Channel upstream;
    private final Placeholders placeholders;

    PlaceholderGuard(Gate gate, Destination destination, Channel upstream) {
        this.gate = gate;
        this.destination = destination;
        this.upstream = upstream;
        placeholders = new Placeholders(gate.credentials());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Optional<String> found = message instanceof ByteBuf bytes ? placeholders.next(bytes) : Optional.empty();
        if (found.isEmpty()) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        gate.deny(destination, found.get());
        Channels.reset(upstream);
        Channels.reset(context.channel());
    }
}
