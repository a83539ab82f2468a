package io.agentfense.egress;

import io.agentfense.egress.credential.Mask;
import io.agentfense.egress.credential.SandboxCredentials;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer of a host that got a secret, on its way in: whatever of it is the secret is masked, in what it says and in
 * what it is called. An answer in which a secret could not be found is refused.
 */
final class CredentialAnswer extends ChannelInboundHandlerAdapter {
    private final SandboxCredentials credentials;
    private final CredentialGate requests;
    private final Channel client;
    private Mask mask;
    private boolean interim;
    private boolean over;

    CredentialAnswer(SandboxCredentials credentials, CredentialGate requests, Channel client) {
        this.credentials = credentials;
        this.requests = requests;
        this.client = client;
        mask = credentials.mask();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (over) {
                return;
            }
            if (message instanceof HttpResponse response) {
                head(context, response);
            }
            if (message instanceof HttpContent content && !over) {
                content(context, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext context, HttpResponse response) {
        Optional<String> objection = objection(response);
        if (objection.isPresent()) {
            fail(objection.get());
            return;
        }
        interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        HttpResponseStatus status = HttpResponseStatus.valueOf(
                response.status().code(), masked(response.status().reasonPhrase()));
        HttpHeaders headers = response.headers().copy().clear();
        addMasked(headers, response.headers());
        if (!interim) {
            requests.answered(response.status().code());
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        var _ = client.write(new DefaultHttpResponse(response.protocolVersion(), status, headers));
        context.channel().read();
    }

    private static Optional<String> objection(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            return Optional.of("the host's answer can't be read");
        }
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return Optional.of("the host speaks another protocol than HTTP");
        }
        boolean coded = hasOther(response.headers().getAll(HttpHeaderNames.CONTENT_ENCODING), "identity")
                || hasOther(response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING), "chunked");
        return coded
                ? Optional.of("the host's answer is compressed although it was asked not to be")
                : Optional.empty();
    }

    private static boolean hasOther(List<String> values, String only) {
        return values.stream().anyMatch(value -> !value.strip().equalsIgnoreCase(only));
    }

    private void content(ChannelHandlerContext context, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            fail("the host's answer can't be read");
            return;
        }
        byte[] bytes = mask.next(ByteBufUtil.getBytes(content.content()));
        if (!(content instanceof LastHttpContent last)) {
            write(context, new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
            return;
        }
        ByteBuf rest = Unpooled.wrappedBuffer(bytes, mask.end());
        DefaultLastHttpContent end = new DefaultLastHttpContent(rest);
        addMasked(end.trailingHeaders(), last.trailingHeaders());
        mask = credentials.mask();
        write(context, end);
        if (!interim) {
            over = true;
            Channels.finish(client);
        }
    }

    private void write(ChannelHandlerContext context, HttpContent content) {
        var _ = client.writeAndFlush(content).addListener(written -> {
            if (written.isSuccess()) {
                context.channel().read();
            } else {
                Channels.reset(context.channel());
            }
        });
    }

    private void addMasked(HttpHeaders to, HttpHeaders from) {
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            if (masked(name).equals(name)) {
                to.add(name, masked(header.getValue()));
            }
        }
    }

    private String masked(String text) {
        return Mask.text(credentials, text);
    }

    private void fail(String why) {
        over = true;
        requests.fail(why);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                requests.hostIsKnown();
                context.channel().read();
            } else {
                fail("TLS to the host: " + handshake.cause().getMessage());
            }
        } else if (event instanceof ChannelInputShutdownEvent && !over) {
            fail("the host ended the connection before its answer");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!over) {
            fail("the host ended the connection before its answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!over) {
            fail("the connection to the host broke");
        }
        Channels.reset(context.channel());
    }
}
