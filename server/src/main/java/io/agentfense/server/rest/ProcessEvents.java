package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.access.Verb;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.ProcessOutput;
import io.agentfense.server.sandbox.Background;
import io.agentfense.server.sandbox.Processes;

/**
 * {@code GET /v1/sandboxes/{sandbox_id}/processes/{process_id}/output}: what AttachProcess is in gRPC, as lines of JSON.
 * Thread-safe.
 */
public final class ProcessEvents extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/processes/{process_id}/output";

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final Processes processes;

    /** For these processes. */
    public ProcessEvents(Gatekeeper gatekeeper, Door door, Processes processes) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.processes = processes;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::follow);
    }

    private void follow(Exchange exchange) throws Exception {
        String id = door.enter(exchange.caller(), exchange.pathParameter("sandbox_id"), Verb.EXECUTE);
        Background background = processes.get(id, exchange.pathParameter("process_id"));
        OutputLines lines = new OutputLines(exchange);
        ProcessOutput.follow(background, lines::send, exchange::refuseIfGone);
    }
}
