package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.server.access.Verb;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Results;
import io.agentfense.server.rpc.SandboxRpc;
import io.agentfense.server.sandbox.Finished;
import io.agentfense.server.sandbox.Sessions;
import java.nio.charset.StandardCharsets;

/**
 * {@code POST /v1/sessions/{session_id}/exec/stream}: what SessionExecStream is in gRPC, as lines of JSON. Thread-safe.
 */
public final class SessionEvents extends AbstractHttpService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sessions/{session_id}/exec/stream";

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final Sessions sessions;

    /** For these sessions. */
    public SessionEvents(Gatekeeper gatekeeper, Door door, Sessions sessions) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.sessions = sessions;
    }

    @Override
    protected HttpResponse doPost(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::run);
    }

    private void run(Exchange exchange) throws Exception {
        SessionExecRequest.Builder builder = SessionExecRequest.newBuilder();
        ApiJson.merge(new String(exchange.shortBody(), StandardCharsets.UTF_8), builder);
        String id = door.session(exchange.caller(), exchange.pathParameter("session_id"), Verb.EXECUTE)
                .id();
        OutputLines lines = new OutputLines(exchange);
        Finished finished = sessions.stream(
                id,
                SandboxRpc.command(builder.setSessionId(id).build()),
                lines.of(OutputType.OUTPUT_TYPE_STDOUT),
                lines.of(OutputType.OUTPUT_TYPE_STDERR),
                exchange);
        lines.send(ExecOutput.newBuilder().setResult(Results.of(finished)).build());
    }
}
