package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.server.access.Verb;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Watching;
import io.agentfense.server.sandbox.Files;

/**
 * {@code GET /v1/sandboxes/{sandbox_id}/fs/watch?path=…}: what Watch is in gRPC, as lines of JSON, the first of them READY.
 * Thread-safe.
 */
public final class WatchEvents extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/fs/watch";

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final Files files;

    /** Over these files. */
    public WatchEvents(Gatekeeper gatekeeper, Door door, Files files) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.files = files;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::watch);
    }

    private void watch(Exchange exchange) throws Exception {
        String id = door.enter(exchange.caller(), exchange.pathParameter("sandbox_id"), Verb.EXECUTE);
        SandboxPath path = Files.path(exchange.queryParameter("path"));
        Watching.follow(files, id, path, new OutputLines(exchange)::send, exchange);
    }
}
