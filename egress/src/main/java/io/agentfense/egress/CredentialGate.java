package io.agentfense.egress;

import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.credential.Mask;
import io.agentfense.egress.credential.Substitution;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a host that gets a secret, out of TLS that ended here: the first is judged, gets the secret and goes on, and
 * is the only one of its connection. Behind a {@link RequestDecoder}; {@link CredentialAnswer} has the way back.
 */
final class CredentialGate extends ChannelInboundHandlerAdapter {
    private final Gate gate;
    private final Destination.Named destination;
    private final Channel upstream;
    private final Substitution substitution;
    private @Nullable ChannelHandlerContext own;
    private State state = State.FRESH;
    private boolean hostKnown;
    private @Nullable Use use;

    /** What is to be told of the request, once it is known how it ended. */
    private record Use(Substitution.Filled filled, String method) {}

    private enum State {
        FRESH,
        FORWARDING,
        ANSWERED,
        OVER
    }

    CredentialGate(Gate gate, Destination.Named destination, Channel upstream) {
        this.gate = gate;
        this.destination = destination;
        this.upstream = upstream;
        substitution = new Substitution(gate.credentials(), destination.name(), destination.port());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        own = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && state == State.FRESH) {
            first(context, request);
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpContent content && (state == State.FORWARDING || state == State.ANSWERED)) {
            forward(context, content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void first(ChannelHandlerContext context, HttpRequest request) {
        try {
            HttpRequest rewritten =
                    HttpTarget.of(request, Optional.of(destination)).rewritten(request);
            if (destination.port() == CredentialRule.HTTPS_PORT) {
                rewritten.headers().set(HttpHeaderNames.HOST, destination.host());
            }
            Optional<String> objection = substitution.objection(rewritten);
            if (objection.isPresent()) {
                throw new HttpRefusal(403, destination, objection.get());
            }
            state = State.FORWARDING;
            Substitution.Filled filled = substitution.filled(rewritten);
            use = new Use(filled, request.method().name());
            forward(context, filled.request());
        } catch (HttpRefusal refusal) {
            gate.deny(refusal.destination(), refusal.rule());
            refuse(context, refusal);
        }
    }

    /** The host did not answer as it should; the program hears of it, unless an answer has begun. */
    void fail(String why) {
        ChannelHandlerContext context = own;
        if (context == null || state == State.OVER) {
            return;
        }
        tell(0);
        if (state == State.ANSWERED) {
            end();
        } else {
            refuse(context, new HttpRefusal(502, destination, why));
        }
    }

    /** The host has shown who it is: what was sent, or will be, is not held back any more. */
    void hostIsKnown() {
        hostKnown = true;
    }

    /** An answer begins. */
    void answered(int status) {
        state = State.ANSWERED;
        tell(status);
    }

    /** Of what was held back to the end nothing is told: no secret got out. */
    private void tell(int status) {
        Use made = use;
        use = null;
        if (made != null && hostKnown) {
            String path = Mask.text(gate.credentials(), made.filled().path());
            for (String secret : made.filled().secrets()) {
                gate.uses().note(secret, destination, made.method(), path, status);
            }
        }
    }

    private void refuse(ChannelHandlerContext context, HttpRefusal refusal) {
        state = State.OVER;
        Channels.reset(upstream);
        ByteBuf text = context.alloc().buffer();
        text.writeCharSequence(refusal.text(), StandardCharsets.UTF_8);
        DefaultFullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(refusal.status()), text);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        var _ = context.writeAndFlush(answer);
        Channels.finish(context.channel());
    }

    private void forward(ChannelHandlerContext context, HttpObject part) {
        // Waits there until the host has shown who it is.
        var _ = upstream.writeAndFlush(part).addListener(written -> {
            if (written.isSuccess()) {
                context.channel().read();
            }
        });
    }

    private void end() {
        tell(0);
        state = State.OVER;
        Channels.reset(upstream);
        if (own != null) {
            Channels.reset(own.channel());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            end();
        } else if (event instanceof ChannelInputShutdownEvent && state == State.FRESH) {
            end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        tell(0);
        Channels.reset(upstream);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end();
    }
}
