package io.agentfense.server.rest;

import com.linecorp.armeria.common.RequestHeaders;
import io.agentfense.linux.StreamSocket;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** One request to a port of a sandbox and its answer, each as fast as the other side takes it. Confined to its thread. */
final class PortExchange {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int HEAD_BYTES = 64 << 10;

    private final Exchange exchange;
    private final StreamSocket socket;
    private final PortHeaders headers;
    private boolean interim;
    private boolean done;

    PortExchange(Exchange exchange, StreamSocket socket, PortHeaders headers) {
        this.exchange = exchange;
        this.socket = socket;
        this.headers = headers;
    }

    /**
     * Asks and answers.
     *
     * @throws Refusal PRECONDITION if no HTTP comes back
     * @throws IOException if one of the two sides went away
     */
    void run() throws IOException, Refusal {
        RequestHeaders asked = exchange.headers();
        EmbeddedChannel encoder = new EmbeddedChannel(new HttpRequestEncoder());
        write(encoder, headers.in(asked));
        if (PortHeaders.hasBody(asked)) {
            exchange.aside(() -> sendBody(encoder));
        } else {
            write(encoder, LastHttpContent.EMPTY_LAST_CONTENT);
        }
        answer(new EmbeddedChannel(decoder(asked)));
    }

    private void write(EmbeddedChannel encoder, HttpObject part) throws IOException {
        encoder.writeOutbound(part);
        OutputStream out = socket.output();
        for (ByteBuf bytes = encoder.readOutbound(); bytes != null; bytes = encoder.readOutbound()) {
            try {
                out.write(ByteBufUtil.getBytes(bytes));
            } finally {
                bytes.release();
            }
        }
    }

    /** On a thread of its own: who answers may do so before all was said. */
    private void sendBody(EmbeddedChannel encoder) {
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream body = exchange.body()) {
            for (int length = body.read(piece); length >= 0; length = body.read(piece)) {
                write(encoder, new DefaultHttpContent(Unpooled.wrappedBuffer(Arrays.copyOf(piece, length))));
            }
            write(encoder, LastHttpContent.EMPTY_LAST_CONTENT);
        } catch (IOException e) {
            // The port will not get all of it: what it answers to that, if anything, is the answer.
            socket.endOutput();
        }
    }

    private static HttpResponseDecoder decoder(RequestHeaders asked) {
        boolean headOnly = asked.method() == com.linecorp.armeria.common.HttpMethod.HEAD;
        return new HttpResponseDecoder(new HttpDecoderConfig().setMaxHeaderSize(HEAD_BYTES)) {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
                return headOnly || super.isContentAlwaysEmpty(message);
            }
        };
    }

    private void answer(EmbeddedChannel decoder) throws IOException, Refusal {
        InputStream in = socket.input();
        byte[] piece = new byte[PIECE_BYTES];
        while (!done) {
            int length = in.read(piece);
            if (length < 0) {
                decoder.finish();
            } else {
                decoder.writeInbound(Unpooled.copiedBuffer(piece, 0, length));
            }
            for (HttpObject part = decoder.readInbound(); part != null; part = decoder.readInbound()) {
                try {
                    take(part);
                } finally {
                    ReferenceCountUtil.release(part);
                }
            }
            if (length < 0 && !done) {
                throw broken("the connection ended");
            }
        }
    }

    private void take(HttpObject part) throws IOException, Refusal {
        if (part.decoderResult().isFailure()) {
            throw broken(String.valueOf(part.decoderResult().cause().getMessage()));
        }
        if (part instanceof HttpResponse response) {
            if (response.status().code() == 101) {
                throw broken("it wants to speak another protocol");
            }
            interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (!interim) {
                exchange.begin(headers.out(response));
            }
        }
        if (part instanceof HttpContent content && !interim) {
            byte[] bytes = ByteBufUtil.getBytes(content.content());
            if (bytes.length > 0) {
                exchange.send(bytes, 0, bytes.length);
            }
            done = part instanceof LastHttpContent;
        }
    }

    private static Refusal broken(String why) {
        return new Refusal(Kind.PRECONDITION, "the port does not answer with HTTP: " + why);
    }
}
