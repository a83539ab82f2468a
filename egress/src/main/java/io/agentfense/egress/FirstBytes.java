package io.agentfense.egress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Holds what a client sends first until it is clear what it speaks. TLS and HTTP name a host once more, and that must be
 * the one whose address the client used: servers of many names would go by this one. Other protocols pass.
 */
final class FirstBytes extends ByteToMessageDecoder {
    private static final int HANDSHAKE = 0x16;

    /** Servers take no longer line of a request. */
    private static final int MOST_BYTES = 16 << 10;

    private static final Pattern REQUEST_LINE = Pattern.compile(".* HTTP/[0-9].*", Pattern.DOTALL);

    private final Gate gate;
    private final Destination.Named destination;
    private final Channel upstream;

    FirstBytes(Gate gate, Destination.Named destination, Channel upstream) {
        this.gate = gate;
        this.destination = destination;
        this.upstream = upstream;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        int first = bytes.readerIndex();
        while (first < bytes.writerIndex() && isBlank(bytes.getByte(first))) {
            // Many servers skip them before a request.
            first++;
        }
        if (first == bytes.writerIndex()) {
            holdBack(context, bytes);
        } else if (bytes.getByte(bytes.readerIndex()) == HANDSHAKE) {
            become(context, new ClientHelloGuard(gate, destination, upstream));
        } else if (!isToken(bytes.getByte(first))) {
            relay(context);
        } else {
            text(context, bytes, first);
        }
    }

    private void text(ChannelHandlerContext context, ByteBuf bytes, int first) {
        int end = bytes.indexOf(first, bytes.writerIndex(), (byte) '\n');
        if (end < 0) {
            holdBack(context, bytes);
        } else if (REQUEST_LINE
                .matcher(bytes.toString(first, end - first, StandardCharsets.ISO_8859_1))
                .matches()) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.addLast(new RequestDecoder(), HttpGate.to(gate, destination, upstream));
            pipeline.remove(this);
        } else {
            relay(context);
        }
    }

    private void holdBack(ChannelHandlerContext context, ByteBuf bytes) {
        if (bytes.readableBytes() > MOST_BYTES) {
            gate.deny(destination, "a first line of more than " + MOST_BYTES + " bytes can't be checked");
            Channels.reset(context.channel());
            bytes.skipBytes(bytes.readableBytes());
        }
    }

    private static boolean isBlank(byte b) {
        return b == '\r' || b == '\n' || b == ' ' || b == '\t';
    }

    /** A character of which methods of HTTP are made (RFC 9110, "token"). */
    private static boolean isToken(byte b) {
        return b > ' ' && b < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(b) < 0;
    }

    private void relay(ChannelHandlerContext context) {
        context.pipeline().addLast(new PlaceholderGuard(gate, destination, upstream));
        become(context, new Relay(upstream));
    }

    /** The bytes held so far go to the next. */
    private void become(ChannelHandlerContext context, ChannelHandler next) {
        context.pipeline().addLast(next);
        context.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            Channels.reset(context.channel());
            return;
        }
        super.userEventTriggered(context, event);
        if (event instanceof ChannelInputShutdownEvent && !context.isRemoved()) {
            // Too little to be a request: whatever it is, it is all.
            relay(context);
            Channels.finishOutput(upstream);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        Channels.finish(upstream);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.reset(upstream);
        Channels.reset(context.channel());
    }
}
