package io.agentfense.client.tools;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a model gave a tool. Immutable. */
public final class Arguments {
    private final Map<String, Value> values;

    private Arguments(Map<String, Value> values) {
        this.values = values;
    }

    /** Reads an object and holds it against the parameters. */
    static Arguments of(String json, List<AgentTool.Parameter> parameters) throws ToolFailure {
        Struct.Builder object = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json, object);
        } catch (InvalidProtocolBufferException e) {
            throw new ToolFailure("the arguments are no JSON object: " + e.getMessage());
        }
        Map<String, Value> values = object.getFieldsMap();
        for (String name : values.keySet()) {
            if (parameters.stream().noneMatch(parameter -> parameter.name().equals(name))) {
                throw new ToolFailure("unknown argument " + name);
            }
        }
        for (AgentTool.Parameter parameter : parameters) {
            check(parameter, values.getOrDefault(parameter.name(), Value.getDefaultInstance()));
        }
        return new Arguments(values);
    }

    private static void check(AgentTool.Parameter parameter, Value value) throws ToolFailure {
        boolean fits = switch (value.getKindCase()) {
            case KIND_NOT_SET, NULL_VALUE -> !parameter.required();
            case STRING_VALUE -> parameter.type() == AgentTool.Type.STRING;
            case BOOL_VALUE -> parameter.type() == AgentTool.Type.BOOLEAN;
            case NUMBER_VALUE ->
                parameter.type() == AgentTool.Type.INTEGER && value.getNumberValue() == (long) value.getNumberValue();
            case STRUCT_VALUE, LIST_VALUE -> false;
        };
        if (!fits) {
            throw new ToolFailure("the argument " + parameter.name() + " must be "
                    + switch (parameter.type()) {
                        case STRING -> "a string";
                        case INTEGER -> "an integer";
                        case BOOLEAN -> "true or false";
                    });
        }
    }

    /** One that is required. */
    public String text(String name) {
        return values.getOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    /** One that may be left out. */
    public Optional<String> optional(String name) {
        return present(name).map(Value::getStringValue);
    }

    /** A number, or what holds without one. */
    public long number(String name, long otherwise) {
        return present(name).map(value -> (long) value.getNumberValue()).orElse(otherwise);
    }

    /** Whether it is there and true. */
    public boolean flag(String name) {
        return present(name).map(Value::getBoolValue).orElse(false);
    }

    private Optional<Value> present(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.hasNullValue());
    }
}
