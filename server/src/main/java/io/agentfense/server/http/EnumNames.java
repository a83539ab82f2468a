package io.agentfense.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.grpc.Status;
import java.util.stream.Collectors;

/**
 * Refuses names of enum values that are none. The protobuf parser that skips unknown fields skips those too: a runtime, a
 * level or a way with conflicts that was misspelt would be the default without a word. Numbers are judged by whoever the
 * request is for, as they are in gRPC. Stateless.
 */
final class EnumNames {
    /** Characters of a value that an error shows. */
    private static final int SHOWN = 64;

    private EnumNames() {}

    /**
     * Looks at every enum of a message.
     *
     * @param prefix what stands before the names of its fields, for the error
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT, with the field and the names there are
     */
    static void check(JsonNode message, Descriptor descriptor, String prefix) {
        if (!message.isObject()) {
            // Not a message, or one of those that are written as text; the parser says what is wrong with it.
            return;
        }
        for (FieldDescriptor field : descriptor.getFields()) {
            check(message.path(field.getJsonName()), field, prefix + field.getName());
            if (!field.getName().equals(field.getJsonName())) {
                check(message.path(field.getName()), field, prefix + field.getName());
            }
        }
    }

    private static void check(JsonNode value, FieldDescriptor field, String name) {
        if (field.isMapField()) {
            // No request has a map of anything but text.
            return;
        }
        if (field.isRepeated()) {
            for (int i = 0; i < value.size(); i++) {
                checkOne(value.path(i), field, name + "[" + i + "]");
            }
        } else {
            checkOne(value, field, name);
        }
    }

    private static void checkOne(JsonNode value, FieldDescriptor field, String name) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            check(value, field.getMessageType(), name + ".");
        } else if (field.getJavaType() == FieldDescriptor.JavaType.ENUM && !isValue(value, field.getEnumType())) {
            String names = field.getEnumType().getValues().stream()
                    .map(EnumValueDescriptor::getName)
                    .collect(Collectors.joining(", "));
            throw Status.INVALID_ARGUMENT
                    .withDescription(name + ": unknown value " + shown(value) + "; there are " + names)
                    .asRuntimeException();
        }
    }

    private static boolean isValue(JsonNode value, EnumDescriptor type) {
        if (value.isTextual()) {
            return type.findValueByName(value.textValue()) != null || isNumber(value.textValue());
        }
        return value.isMissingNode() || value.isNull() || value.isIntegralNumber() && value.canConvertToInt();
    }

    private static boolean isNumber(String text) {
        try {
            var _ = Integer.parseInt(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
