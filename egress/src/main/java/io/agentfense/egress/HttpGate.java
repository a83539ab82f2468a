package io.agentfense.egress;

import io.agentfense.egress.credential.Placeholders;
import io.agentfense.egress.policy.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Requests of HTTP in the clear, at the proxy or on a connection to a host: the first is judged, written anew and passed
 * on, and is the only one of its connection; the answer comes back as it is. A CONNECT becomes a tunnel. Behind a
 * {@link RequestDecoder}.
 */
final class HttpGate extends ChannelInboundHandlerAdapter {
    private final Gate gate;
    private final Optional<Destination.Named> fixed;
    private final Queue<Object> waiting = new ArrayDeque<>();
    private final Placeholders placeholders;
    private @Nullable Destination asked;
    private @Nullable Channel upstream;
    private State state = State.FRESH;

    private enum State {
        FRESH,
        OPENING,
        FORWARDING,
        TUNNEL,
        OVER
    }

    private HttpGate(Gate gate, Optional<Destination.Named> fixed, @Nullable Channel upstream) {
        this.gate = gate;
        this.fixed = fixed;
        placeholders = new Placeholders(gate.credentials());
        this.upstream = upstream;
    }

    /** For a proxy: requests say where they go. */
    static HttpGate proxy(Gate gate) {
        return new HttpGate(gate, Optional.empty(), null);
    }

    /** For a connection to a host, which is open. */
    static HttpGate to(Gate gate, Destination.Named destination, Channel upstream) {
        return new HttpGate(gate, Optional.of(destination), upstream);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && state == State.FRESH) {
            first(context, request);
        } else if (message instanceof HttpRequest request) {
            another(request);
        } else if (message instanceof HttpContent content && state == State.FORWARDING) {
            forward(context, content);
            return;
        } else if (waits(message)) {
            waiting.add(message);
            if (message instanceof LastHttpContent && state == State.TUNNEL) {
                // What follows is no HTTP.
                context.pipeline().remove(RequestDecoder.class);
            }
            return;
        }
        ReferenceCountUtil.release(message);
    }

    private boolean waits(Object message) {
        return state == State.OPENING && message instanceof HttpContent
                || state == State.TUNNEL && (message instanceof ByteBuf || message instanceof LastHttpContent);
    }

    private void first(ChannelHandlerContext context, HttpRequest request) {
        try {
            HttpTarget target = HttpTarget.of(request, fixed);
            Verdict verdict = gate.judge(target.destination());
            if (!verdict.isAllowed()) {
                throw new HttpRefusal(403, target.destination(), verdict.rule());
            }
            Optional<String> misplaced = Placeholders.in(gate.credentials(), request);
            if (misplaced.isPresent()) {
                throw new HttpRefusal(403, target.destination(), misplaced.get());
            }
            asked = target.destination();
            if (request.method().equals(HttpMethod.CONNECT)) {
                state = State.TUNNEL;
                Tunnel.open(gate, context.channel(), target.destination(), other -> tunnel(context, target, other));
            } else if (upstream != null) {
                begin(context, target.rewritten(request), upstream);
            } else {
                state = State.OPENING;
                HttpRequest rewritten = target.rewritten(request);
                Tunnel.open(gate, context.channel(), target.destination(), other -> {
                    other.pipeline().addLast(new Relay(context.channel()));
                    other.read();
                    begin(context, rewritten, other);
                });
            }
        } catch (HttpRefusal refusal) {
            refuse(context, refusal);
        }
    }

    private void refuse(ChannelHandlerContext context, HttpRefusal refusal) {
        state = State.OVER;
        gate.deny(refusal.destination(), refusal.rule());
        if (upstream != null) {
            Channels.reset(upstream);
        }
        var _ = context.writeAndFlush(refusal.answer(context.alloc()));
        Channels.finish(context.channel());
    }

    /** One that came behind the first. It is not passed on; whoever tried to get somewhere with it is told of. */
    private void another(HttpRequest request) {
        try {
            HttpTarget target = HttpTarget.of(request, fixed);
            Verdict verdict = gate.judge(target.destination());
            if (!verdict.isAllowed()) {
                gate.deny(target.destination(), verdict.rule());
            }
        } catch (HttpRefusal refusal) {
            gate.deny(refusal.destination(), refusal.rule());
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request, Channel to) {
        upstream = to;
        state = State.FORWARDING;
        to.pipeline().addFirst(new HttpRequestEncoder());
        forward(context, request);
        while (!waiting.isEmpty()) {
            forward(context, (HttpObject) waiting.remove());
        }
    }

    private void forward(ChannelHandlerContext context, HttpObject part) {
        Channel to = upstream;
        if (to == null) {
            ReferenceCountUtil.release(part);
            return;
        }
        Optional<String> misplaced =
                part instanceof HttpContent content ? placeholders.next(content.content()) : Optional.empty();
        if (misplaced.isPresent() && asked != null) {
            ReferenceCountUtil.release(part);
            gate.deny(asked, misplaced.get());
            Channels.reset(to);
            Channels.reset(context.channel());
            return;
        }
        var _ = to.writeAndFlush(part).addListener(written -> {
            if (written.isSuccess()) {
                context.channel().read();
            } else {
                Channels.finish(context.channel());
            }
        });
    }

    private void tunnel(ChannelHandlerContext context, HttpTarget target, Channel to) {
        var _ = context.writeAndFlush(HttpRefusal.established(context.alloc()));
        Tunnel.join(gate, context.channel(), to, target.destination());
        while (!waiting.isEmpty()) {
            Object message = waiting.remove();
            if (message instanceof ByteBuf bytes) {
                context.fireChannelRead(bytes);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
        context.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            Channels.reset(context.channel());
        } else if (event instanceof ChannelInputShutdownEvent && state == State.FRESH) {
            var _ = context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (upstream != null) {
            Channels.reset(upstream);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        while (!waiting.isEmpty()) {
            ReferenceCountUtil.release(waiting.remove());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.reset(context.channel());
    }
}
