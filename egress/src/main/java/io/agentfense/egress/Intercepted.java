package io.agentfense.egress;

import io.agentfense.egress.policy.Verdict;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/** A connection that a program made to the world itself: its own end's address is where it was meant to go. */
final class Intercepted extends ChannelInboundHandlerAdapter {
    private final Gate gate;

    Intercepted(Gate gate) {
        this.gate = gate;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel client = context.channel();
        if (!(client.localAddress() instanceof InetSocketAddress local)) {
            // It has gone again.
            var _ = client.close();
            return;
        }
        context.pipeline().remove(this);
        Destination destination = gate.meant(local);
        Verdict verdict = gate.judge(destination);
        if (verdict.isAllowed()) {
            Tunnel.open(gate, client, destination, upstream -> Tunnel.join(gate, client, upstream, destination));
        } else {
            gate.deny(destination, verdict.rule());
            Channels.reset(client);
        }
    }
}
