package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.agentfense.server.access.Caller;
import io.agentfense.server.http.ErrorBody;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Statuses;
import io.agentfense.server.rpc.TerminalMessages;
import io.agentfense.server.sandbox.InteractiveCommands;
import io.grpc.Status;
import io.netty.util.AttributeKey;
import java.util.Objects;

/**
 * {@code GET /v1/sandboxes/{sandbox_id}/terminal}: what Terminal is in gRPC, as a WebSocket that speaks
 * {@code agentfense.terminal.v1}. {@link TerminalQuery} says how it is started. Then binary frames are the terminal's bytes,
 * both ways, and text frames are JSON about it ({@link TerminalControl}); the last before the close is {@code exit} or
 * {@code error}. A message of the client has at most 64 KiB.
 *
 * <p>Who is not let in gets an error of HTTP and no WebSocket; every other refusal is an {@code error} frame, since a page
 * can't see what came of a handshake. Thread-safe.
 */
public final class TerminalSocket extends SimpleDecoratingHttpService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/terminal";

    private static final int MESSAGE_BYTES = 64 << 10;
    private static final AttributeKey<Caller> CALLER = AttributeKey.valueOf(TerminalSocket.class, "CALLER");

    private final Gatekeeper gatekeeper;

    /** For terminals in these sandboxes. */
    public TerminalSocket(Gatekeeper gatekeeper, Door door, InteractiveCommands commands) {
        super(webSocket(new TerminalMessages(door, commands)));
        this.gatekeeper = gatekeeper;
    }

    private static HttpService webSocket(TerminalMessages terminals) {
        return WebSocketService.builder((context, in) ->
                        TerminalFrames.open(context, in, terminals, Objects.requireNonNull(context.attr(CALLER))))
                .subprotocols(TerminalOffer.PROTOCOL)
                .maxFramePayloadLength(MESSAGE_BYTES)
                .aggregateContinuation(true)
                // BrowserGuard has looked at the origin, and lets programs through, which have none.
                .allowedOrigins("*")
                .fallbackService((_, _) -> ErrorBody.of(
                        Status.Code.INVALID_ARGUMENT, "this is a WebSocket; ask for the upgrade: websocket"))
                .build();
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return HttpResponse.of(() -> admit(context, request), context.blockingTaskExecutor());
    }

    private HttpResponse admit(ServiceRequestContext context, HttpRequest request) {
        try {
            context.setAttr(CALLER, gatekeeper.admit(TerminalOffer.authorization(request.headers())));
            if (!TerminalOffer.speaks(request.headers())) {
                return ErrorBody.of(
                        Status.Code.INVALID_ARGUMENT, "sec-websocket-protocol: offer " + TerminalOffer.PROTOCOL);
            }
            HttpRequest stripped = TerminalOffer.withoutCredential(request);
            context.updateRequest(stripped);
            return unwrap().serve(context, stripped);
        } catch (Exception e) {
            HttpResponseWriter refusal = HttpResponse.streaming();
            Exchange.refuse(refusal, Statuses.of(e));
            return refusal;
        }
    }
}
