package io.agentfense.server.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Map;
import java.util.TreeMap;

/** Messages as JSON schemas; each that is asked for is kept, with all that it refers to. Not thread-safe. */
final class Schemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Comments comments;
    private final Map<String, ObjectNode> made = new TreeMap<>();

    Schemas(Comments comments) {
        this.comments = comments;
    }

    /** A reference to a message's schema. */
    ObjectNode reference(Descriptor message) {
        String name = message.getName();
        if (!made.containsKey(name)) {
            ObjectNode schema = NODES.objectNode();
            made.put(name, schema);
            fill(schema, message);
        }
        return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    private void fill(ObjectNode schema, Descriptor message) {
        schema.put("type", "object");
        describe(schema, comments.of(message));
        ObjectNode properties = schema.putObject("properties");
        for (FieldDescriptor field : message.getFields()) {
            properties.set(field.getJsonName(), property(field));
        }
    }

    /** A field with what it means. */
    ObjectNode property(FieldDescriptor field) {
        ObjectNode schema = field.isMapField() ? map(field) : field.isRepeated() ? list(field) : single(field);
        describe(schema, comments.of(field));
        return schema;
    }

    private ObjectNode map(FieldDescriptor field) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        schema.set("additionalProperties", single(field.getMessageType().findFieldByName("value")));
        return schema;
    }

    private ObjectNode list(FieldDescriptor field) {
        ObjectNode schema = NODES.objectNode().put("type", "array");
        schema.set("items", single(field));
        return schema;
    }

    private ObjectNode single(FieldDescriptor field) {
        ObjectNode schema = NODES.objectNode();
        return switch (field.getType()) {
            case INT64, UINT64, SINT64, FIXED64, SFIXED64 ->
                schema.put("type", "string").put("format", "int64");
            case INT32, UINT32, SINT32, FIXED32, SFIXED32 ->
                schema.put("type", "integer").put("format", "int32");
            case DOUBLE, FLOAT -> schema.put("type", "number");
            case BOOL -> schema.put("type", "boolean");
            case STRING -> schema.put("type", "string");
            case BYTES -> schema.put("type", "string").put("format", "byte");
            case ENUM -> choice(schema, field.getEnumType());
            case MESSAGE, GROUP -> message(schema, field.getMessageType());
        };
    }

    private static ObjectNode choice(ObjectNode schema, EnumDescriptor type) {
        schema.put("type", "string");
        type.getValues().forEach(value -> schema.withArray("enum").add(value.getName()));
        return schema;
    }

    private ObjectNode message(ObjectNode schema, Descriptor type) {
        return switch (type.getFullName()) {
            case "google.protobuf.Timestamp" -> schema.put("type", "string").put("format", "date-time");
            case "google.protobuf.Duration" -> schema.put("type", "string").put("example", "30s");
            default -> reference(type);
        };
    }

    private static void describe(ObjectNode schema, String comment) {
        // Beside a reference nothing else counts.
        if (!comment.isEmpty() && !schema.has("$ref")) {
            schema.put("description", comment);
        }
    }

    ObjectNode all() {
        ObjectNode all = NODES.objectNode();
        made.forEach(all::set);
        return all;
    }
}
