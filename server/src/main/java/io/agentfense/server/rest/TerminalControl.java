package io.agentfense.server.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Durations;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What a terminal's text frames say: JSON about it, while its bytes are binary frames. Stateless. */
final class TerminalControl {
    private TerminalControl() {}

    /**
     * Reads the client's {@code {"resize": {"rows": 24, "columns": 80}}}.
     *
     * @throws Refusal INVALID if it is no JSON or says something else
     */
    static TerminalInput read(String text) throws Refusal {
        TerminalInput.Builder input = TerminalInput.newBuilder();
        try {
            ApiJson.merge(text, input);
        } catch (StatusRuntimeException e) {
            throw new Refusal(Kind.INVALID, "resize: " + e.getStatus().getDescription(), e);
        }
        if (!input.hasResize()) {
            throw new Refusal(
                    Kind.INVALID,
                    "resize: a text frame is {\"resize\": {\"rows\": 24, \"columns\": 80}}; what is typed is binary");
        }
        return input.build();
    }

    /** How the command ended: {@code {"exit": {"exit_code": 0, "duration": "1.5s", "limit_exceeded": ""}}}. */
    static String exit(ExecResult result) {
        ObjectNode frame = JsonNodeFactory.instance.objectNode();
        frame.putObject("exit")
                .put("exit_code", result.getExitCode())
                .put("duration", Durations.toString(result.getDuration()))
                .put("limit_exceeded", result.getLimitExceeded());
        return frame.toString();
    }

    /** Why there is no terminal, or none any more: {@code {"error": {"code": 5, "message": "…"}}}, a code of gRPC. */
    static String error(Status status) {
        String message = status.getDescription();
        ObjectNode frame = JsonNodeFactory.instance.objectNode();
        frame.putObject("error")
                .put("code", status.getCode().value())
                .put("message", message == null ? status.getCode().name() : message);
        return frame.toString();
    }
}
