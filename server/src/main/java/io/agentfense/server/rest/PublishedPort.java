package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.access.Verb;
import io.agentfense.server.http.ErrorBody;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.sandbox.Ports;
import io.grpc.Status;

/**
 * {@code /v1/sandboxes/{sandbox_id}/ports/{port}/…}: what listens on a port inside, for who may run commands there. A
 * request goes to it as HTTP/1.1, without the caller's credential. Thread-safe.
 */
public final class PublishedPort implements HttpService {
    /** The root of what listens. */
    public static final String ROOT = PortSocket.PATH + "/";

    /** What is below. */
    public static final String BELOW = PortSocket.PATH + "/{*path}";

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final Ports ports;

    /** Of these ports. */
    public PublishedPort(Gatekeeper gatekeeper, Door door, Ports ports) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.ports = ports;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        if (request.headers().contains("sec-websocket-key") || request.method() == HttpMethod.CONNECT) {
            return ErrorBody.of(
                    Status.Code.INVALID_ARGUMENT,
                    "a port speaks HTTP here and is no WebSocket; for all else: agentfense sandbox forward");
        }
        return Exchange.serve(context, request, gatekeeper, this::forward);
    }

    private void forward(Exchange exchange) throws Exception {
        String id = door.enter(exchange.caller(), exchange.pathParameter("sandbox_id"), Verb.EXECUTE);
        String port = exchange.pathParameter("port");
        try (Ports.Connection connection = ports.connect(id, port)) {
            exchange.onCancel(connection::close);
            new PortExchange(exchange, connection.socket(), new PortHeaders(id, port)).run();
        }
    }
}
