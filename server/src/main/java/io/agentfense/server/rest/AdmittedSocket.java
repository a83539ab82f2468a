package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.agentfense.server.access.CallPlaces;
import io.agentfense.server.access.Caller;
import io.agentfense.server.http.ErrorBody;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Statuses;
import io.grpc.Status;
import io.netty.util.AttributeKey;
import java.util.Objects;

/**
 * A WebSocket of one protocol, for callers who were let in. Who is not gets an error of HTTP and no WebSocket; every other
 * refusal is a frame, since a page can't see what came of a handshake. A message of the client has at most 64 KiB.
 * Thread-safe.
 */
abstract class AdmittedSocket extends SimpleDecoratingHttpService {
    private static final int MESSAGE_BYTES = 64 << 10;
    private static final AttributeKey<Caller> CALLER = AttributeKey.valueOf(AdmittedSocket.class, "CALLER");

    private final Gatekeeper gatekeeper;
    private final String protocol;

    /** What speaks with a caller. */
    @FunctionalInterface
    interface Speaker {
        /** The frames for the client, whose own come in. */
        WebSocket open(ServiceRequestContext context, WebSocket in, Caller caller);
    }

    AdmittedSocket(Gatekeeper gatekeeper, String protocol, Speaker speaker) {
        super(webSocket(protocol, speaker));
        this.gatekeeper = gatekeeper;
        this.protocol = protocol;
    }

    private static HttpService webSocket(String protocol, Speaker speaker) {
        return WebSocketService.builder(
                        (context, in) -> speaker.open(context, in, Objects.requireNonNull(context.attr(CALLER))))
                .subprotocols(protocol)
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

    /** Has a place for as long as the WebSocket is open. */
    private HttpResponse placed(Caller caller, ServiceRequestContext context, HttpRequest request) throws Exception {
        CallPlaces.Place place = gatekeeper.place(caller);
        try {
            HttpResponse answer = unwrap().serve(context, request);
            var _ = answer.whenComplete().whenComplete((_, _) -> place.close());
            return answer;
        } catch (Exception e) {
            place.close();
            throw e;
        }
    }

    private HttpResponse admit(ServiceRequestContext context, HttpRequest request) {
        try {
            Caller caller = gatekeeper.admit(WebSocketOffer.authorization(request.headers()));
            context.setAttr(CALLER, caller);
            if (!WebSocketOffer.speaks(request.headers(), protocol)) {
                return ErrorBody.of(Status.Code.INVALID_ARGUMENT, "sec-websocket-protocol: offer " + protocol);
            }
            HttpRequest stripped = WebSocketOffer.withoutCredential(request, protocol);
            context.updateRequest(stripped);
            return placed(caller, context, stripped);
        } catch (Exception e) {
            HttpResponseWriter refusal = HttpResponse.streaming();
            Exchange.refuse(refusal, Statuses.of(e));
            return refusal;
        }
    }
}
