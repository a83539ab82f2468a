package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.access.Verb;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.sandbox.Ports;

/**
 * {@code GET /v1/sandboxes/{sandbox_id}/ports/{port}}: a connection to a port of a sandbox as a WebSocket that speaks {@code agentfense.port.v1}: binary frames are its bytes,
 * both ways; a text frame {@code {"end": true}} is the end of one direction; {@code {"error": …}} comes last where there is
 * no connection. The close ends it. Thread-safe.
 */
public final class PortSocket extends AdmittedSocket {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/ports/{port}";

    private static final String PROTOCOL = "agentfense.port.v1";

    /** To these ports. */
    public PortSocket(Gatekeeper gatekeeper, Door door, Ports ports) {
        super(
                gatekeeper,
                PROTOCOL,
                (context, in, caller) -> PortFrames.open(
                        context,
                        in,
                        () -> ports.connect(
                                door.enter(caller, String.valueOf(context.pathParam("sandbox_id")), Verb.EXECUTE),
                                String.valueOf(context.pathParam("port")))));
    }

    /** Who offers no protocol wants what listens to answer with HTTP, which is below. */
    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        if (request.headers().contains("sec-websocket-protocol")) {
            return super.serve(context, request);
        }
        String query = context.query() == null ? "" : "?" + context.query();
        return HttpResponse.ofRedirect(HttpStatus.TEMPORARY_REDIRECT, context.path() + "/" + query);
    }
}
