package io.agentfense.egress;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * Joins a program with a host that gets a secret: TLS ends here on both sides, and between them requests are written anew.
 * Stateless; called on the event loop of both.
 */
final class OpenedTls {
    private static final int MOST_HEADER_BYTES = 64 << 10;

    private OpenedTls() {}

    /**
     * Puts the handlers in place; the client's ClientHello is still to come.
     *
     * @param upstream a connection to the host, on which a {@link Relay} waits
     * @throws IOException if there can be no certificate for the host
     */
    static void join(Gate gate, Channel client, Destination.Named destination, Channel upstream) throws IOException {
        SslHandler inside = gate.credentials().server(destination.name()).newHandler(client.alloc());
        SslHandler outside =
                gate.credentials().client().newHandler(upstream.alloc(), destination.host(), destination.port());
        CredentialGate requests = new CredentialGate(gate, destination, upstream);
        client.pipeline().addLast(inside, new RequestDecoder(), new HttpResponseEncoder(), requests);
        upstream.pipeline().remove(Relay.class);
        HttpDecoderConfig config = new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST_HEADER_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES);
        upstream.pipeline()
                .addLast(
                        outside,
                        new HttpClientCodec(config, false, false),
                        new CredentialAnswer(gate.credentials(), requests, client));
    }
}
