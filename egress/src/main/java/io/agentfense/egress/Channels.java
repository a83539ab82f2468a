package io.agentfense.egress;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;

/** Ways to end a connection. Stateless; each is called on the channel's event loop. */
final class Channels {
    private Channels() {}

    /** At once; the other side sees a reset. */
    static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.close();
        }
    }

    /** Once what was written has gone. */
    static void finish(Channel channel) {
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            var _ = channel.close();
        });
    }

    /** The same for one direction: the other side sees the end and may go on to send. */
    static void finishOutput(Channel channel) {
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            DuplexChannel duplex = (DuplexChannel) channel;
            if (duplex.isInputShutdown()) {
                var _ = channel.close();
            } else {
                var _ = duplex.shutdownOutput();
            }
        });
    }
}
