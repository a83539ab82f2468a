package io.agentfense.egress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Bounds the connections of one sandbox: one for which there is no place is reset. Confined to one event loop. */
@Sharable
final class Places extends ChannelInboundHandlerAdapter {
    private final int most;
    private final Gate gate;
    private int taken;

    Places(Gate gate) {
        this.gate = gate;
        most = gate.policy().maxConnections();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (taken >= most) {
            gate.denials().note("tcp", "", 0, "more than " + most + " connections at one time (max_connections)");
            Channels.reset(channel);
            return;
        }
        taken++;
        channel.closeFuture().addListener(_ -> taken--);
        context.fireChannelActive();
    }
}
