package io.agentfense.server.rest;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.sandbox.Output;
import io.agentfense.server.access.Verb;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Results;
import io.agentfense.server.rpc.SandboxRpc;
import io.agentfense.server.sandbox.Commands;
import io.agentfense.server.sandbox.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code POST /v1/sandboxes/{sandbox_id}/exec/stream}: what ExecStream is in gRPC, as lines of JSON: one ExecOutput each,
 * the last with the result. Thread-safe.
 */
public final class ExecEvents extends AbstractHttpService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/exec/stream";

    static final MediaType LINES = MediaType.parse("application/x-ndjson");

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
        builder.setSandboxId(exchange.pathParameter("sandbox_id"));
        ExecRequest request = builder.build();
        String id = door.sandbox(exchange.caller(), request.getSandboxId(), Verb.EXECUTE)
                .id();
        Lines lines = new Lines(exchange);
        Finished finished = commands.stream(
                id,
                SandboxRpc.command(request),
                lines.of(OutputType.OUTPUT_TYPE_STDOUT),
                lines.of(OutputType.OUTPUT_TYPE_STDERR),
                exchange);
        lines.send(ExecOutput.newBuilder().setResult(Results.of(finished)).build());
    }

    /** The answer begins with the first line, so that what is refused before has a status of its own. */
    private record Lines(Exchange exchange) {
        Output.Receiver of(OutputType type) {
            return (bytes, length) -> send(ExecOutput.newBuilder()
                    .setType(type)
                    .setData(ByteString.copyFrom(bytes, 0, length))
                    .build());
        }

        void send(ExecOutput output) throws IOException {
            exchange.beginOnce(LINES);
            byte[] line = (ApiJson.print(output) + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.send(line, 0, line.length);
        }
    }
}
