package io.agentfense.egress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Takes at most so many messages in a tenth of a second and leaves the rest to wait in the kernel, so that a flood from
 * one sandbox leaves time for the others. On a listening channel, messages are connections.
 */
final class Pace extends ChannelInboundHandlerAdapter {
    private static final int PERIOD_MILLIS = 100;

    private final int most;
    private int taken;
    private boolean waiting;

    Pace(int most) {
        this.most = most;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!waiting) {
            waiting = true;
            var _ = context.executor().schedule(() -> restart(context), PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
        taken++;
        if (taken == most) {
            context.channel().config().setAutoRead(false);
        }
        context.fireChannelRead(message);
    }

    private void restart(ChannelHandlerContext context) {
        waiting = false;
        taken = 0;
        context.channel().config().setAutoRead(true);
    }
}
