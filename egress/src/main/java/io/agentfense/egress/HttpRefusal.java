package io.agentfense.egress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** A request that is not passed on. */
final class HttpRefusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Destination destination;
    private final String rule;

    HttpRefusal(int status, Destination destination, String rule) {
        super(rule);
        this.status = status;
        this.destination = destination;
        this.rule = rule;
    }

    Destination destination() {
        return destination;
    }

    String rule() {
        return rule;
    }

    int status() {
        return status;
    }

    /** What the client is told. */
    String text() {
        return "agentfense: network policy: " + rule + "\n";
    }

    /** The same, as the last on its connection. */
    ByteBuf answer(ByteBufAllocator allocator) {
        String text = text();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + (status == 403 ? " Forbidden" : " Bad Request")
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        return ByteBufUtil.writeUtf8(allocator, head + text);
    }

    /** The answer to a CONNECT that is followed by the tunnel. */
    static ByteBuf established(ByteBufAllocator allocator) {
        return ByteBufUtil.writeUtf8(allocator, "HTTP/1.1 200 Connection established\r\n\r\n");
    }
}
