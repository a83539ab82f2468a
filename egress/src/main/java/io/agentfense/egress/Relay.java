package io.agentfense.egress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;

/**
 * Gives what one channel reads to another, and reads on only once that has taken it. The end of one direction is passed
 * on as such; a failure ends both.
 */
final class Relay extends ChannelInboundHandlerAdapter {
    private final Channel peer;

    Relay(Channel peer) {
        this.peer = peer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var _ = peer.writeAndFlush(message).addListener(written -> {
            if (written.isSuccess()) {
                context.channel().read();
            } else {
                Channels.reset(context.channel());
            }
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            Channels.finishOutput(peer);
        } else if (event instanceof IdleStateEvent) {
            Channels.reset(context.channel());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Channels.finish(peer);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.reset(peer);
        Channels.reset(context.channel());
    }
}
