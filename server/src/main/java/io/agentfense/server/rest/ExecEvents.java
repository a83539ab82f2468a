package io.agentfense.server.rest;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.sandbox.Output;
import io.agentfense.server.access.Verb;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Results;
import io.agentfense.server.rpc.SandboxRpc;
import io.agentfense.server.sandbox.Commands;
import io.agentfense.server.sandbox.Finished;
import io.agentfense.server.sandbox.Sessions;
import java.nio.charset.StandardCharsets;

/**
 * What ExecStream and SessionExecStream are in gRPC, as lines of JSON: one ExecOutput each, the last with the result.
 * Thread-safe.
 */
public final class ExecEvents extends RestService {
    /** Where the commands of sandboxes are to be found, by POST. */
    public static final String OF_SANDBOX = "/v1/sandboxes/{sandbox_id}/exec/stream";

    /** Where those of sessions are, by POST. */
    public static final String OF_SESSION = "/v1/sessions/{session_id}/exec/stream";

    private final Gatekeeper gatekeeper;
    private final Run run;

    /** Runs the command that a request describes. */
    @FunctionalInterface
    private interface Run {
        Finished run(Exchange exchange, Output.Receiver stdout, Output.Receiver stderr) throws Exception;
    }

    private ExecEvents(Gatekeeper gatekeeper, Run run) {
        this.gatekeeper = gatekeeper;
        this.run = run;
    }

    /** Of commands in sandboxes. */
    public static ExecEvents of(Gatekeeper gatekeeper, Door door, Commands commands) {
        return new ExecEvents(gatekeeper, (exchange, stdout, stderr) -> {
            ExecRequest.Builder request = body(exchange, ExecRequest.newBuilder());
            String id = door.enter(exchange.caller(), exchange.pathParameter("sandbox_id"), Verb.EXECUTE);
            return commands.stream(
                    id, SandboxRpc.command(request.setSandboxId(id).build()), stdout, stderr, exchange);
        });
    }

    /** Of commands in sessions. */
    public static ExecEvents of(Gatekeeper gatekeeper, Door door, Sessions sessions) {
        return new ExecEvents(gatekeeper, (exchange, stdout, stderr) -> {
            SessionExecRequest.Builder request = body(exchange, SessionExecRequest.newBuilder());
            String id = door.session(exchange.caller(), exchange.pathParameter("session_id"), Verb.EXECUTE)
                    .id();
            return sessions.stream(
                    id, SandboxRpc.command(request.setSessionId(id).build()), stdout, stderr, exchange);
        });
    }

    private static <B extends Message.Builder> B body(Exchange exchange, B into) throws Exception {
        ApiJson.merge(new String(exchange.shortBody(), StandardCharsets.UTF_8), into);
        return into;
    }

    @Override
    protected HttpResponse doPost(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::run);
    }

    private void run(Exchange exchange) throws Exception {
        OutputLines lines = new OutputLines(exchange);
        Finished finished =
                run.run(exchange, lines.of(OutputType.OUTPUT_TYPE_STDOUT), lines.of(OutputType.OUTPUT_TYPE_STDERR));
        lines.send(ExecOutput.newBuilder().setResult(Results.of(finished)).build());
    }
}
