package io.agentfense.egress;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Reads requests, and takes no doubt about where one ends: two servers might read it differently (RFC 9112, 6.3). */
final class RequestDecoder extends HttpRequestDecoder {
    RequestDecoder() {
        super(new HttpDecoderConfig().setStrictLineParsing(false).setMaxHeaderSize(64 << 10));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
