package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.server.access.Verb;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Results;
import io.agentfense.server.rpc.SandboxRpc;
import io.agentfense.server.sandbox.Commands;
import io.agentfense.server.sandbox.Finished;
import java.nio.charset.StandardCharsets;

/**
 * {@code POST /v1/sandboxes/{sandbox_id}/exec/stream}: what ExecStream is in gRPC, as lines of JSON: one ExecOutput each,
 * the last with the result. Thread-safe.
 */
public final class ExecEvents extends AbstractHttpService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/exec/stream";

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final Commands commands;

    /** For these commands. */
    public ExecEvents(Gatekeeper gatekeeper, Door door, Commands commands) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.commands = commands;
    }

    @Override
    protected HttpResponse doPost(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::run);
    }

    private void run(Exchange exchange) throws Exception {
        ExecRequest.Builder builder = ExecRequest.newBuilder();
        ApiJson.merge(new String(exchange.shortBody(), StandardCharsets.UTF_8), builder);
        String id = door.sandbox(exchange.caller(), exchange.pathParameter("sandbox_id"), Verb.EXECUTE)
                .id();
        OutputLines lines = new OutputLines(exchange);
        Finished finished = commands.stream(
                id,
                SandboxRpc.command(builder.setSandboxId(id).build()),
                lines.of(OutputType.OUTPUT_TYPE_STDOUT),
                lines.of(OutputType.OUTPUT_TYPE_STDERR),
                exchange);
        lines.send(ExecOutput.newBuilder().setResult(Results.of(finished)).build());
    }
}
