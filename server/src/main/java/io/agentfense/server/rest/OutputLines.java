package io.agentfense.server.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.sandbox.Output;
import io.agentfense.server.http.ApiJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An answer of messages as lines of JSON. It begins with the first line, so that what is refused before has a status of its
 * own; what goes wrong later is a last line {@code {"error": {"code", "message", "details"}}}, as of gRPC gateways.
 */
record OutputLines(Exchange exchange) {
    Output.Receiver of(OutputType type) {
        return (bytes, length) -> send(ExecOutput.newBuilder()
                .setType(type)
                .setData(ByteString.copyFrom(bytes, 0, length))
                .build());
    }

    void send(Message message) throws IOException {
        exchange.beginLines();
        byte[] line = (ApiJson.print(message) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.send(line, 0, line.length);
    }
}
