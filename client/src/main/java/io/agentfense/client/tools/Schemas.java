package io.agentfense.client.tools;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Locale;

/** Parameters as a JSON schema. Stateless. */
final class Schemas {
    private Schemas() {}

    static String of(List<AgentTool.Parameter> parameters) {
        Struct.Builder properties = Struct.newBuilder();
        ListValue.Builder required = ListValue.newBuilder();
        for (AgentTool.Parameter parameter : parameters) {
            Struct property = Struct.newBuilder()
                    .putFields("type", text(parameter.type().name().toLowerCase(Locale.ROOT)))
                    .putFields("description", text(parameter.description()))
                    .build();
            properties.putFields(
                    parameter.name(),
                    Value.newBuilder().setStructValue(property).build());
            if (parameter.required()) {
                required.addValues(text(parameter.name()));
            }
        }
        Struct schema = Struct.newBuilder()
                .putFields("type", text("object"))
                .putFields(
                        "properties",
                        Value.newBuilder().setStructValue(properties).build())
                .putFields("required", Value.newBuilder().setListValue(required).build())
                .putFields(
                        "additionalProperties",
                        Value.newBuilder().setBoolValue(false).build())
                .build();
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(schema);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("texts and lists are JSON", e);
        }
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
