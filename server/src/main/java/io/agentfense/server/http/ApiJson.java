package io.agentfense.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Messages as JSON, in the form that clients of gRPC gateways know: every field is there, a message that is not set is
 * null, names are lowerCamelCase, 64-bit numbers are strings. Both spellings of a name are understood; a field that is
 * not known is skipped. Thread-safe.
 *
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
public final class ApiJson implements GrpcJsonMarshaller {
    /** Deep enough for any message, and far from a full stack. */
    private static final int MAX_DEPTH = 64;

    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }

    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().includingDefaultValueFields().omittingInsignificantWhitespace();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    @Override
    public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream out) throws IOException {
        out.write(print((Message) message).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream in) throws IOException {
        @SuppressWarnings("unchecked") // Marshallers of generated services have prototypes of their own type.
        T prototype = ((PrototypeMarshaller<T>) marshaller).getMessagePrototype();
        Message.Builder builder = ((Message) java.util.Objects.requireNonNull(prototype)).newBuilderForType();
        merge(new String(in.readAllBytes(), StandardCharsets.UTF_8), builder);
        @SuppressWarnings("unchecked")
        T message = (T) builder.build();
        return message;
    }

    /** One message, on one line. */
    public static String print(Message message) throws IOException {
        JsonNode tree = MAPPER.readTree(PRINTER.print(message));
        addNulls((ObjectNode) tree, message.getDescriptorForType());
        return MAPPER.writeValueAsString(tree);
    }

    /**
     * Reads a message; one without a field has no text.
     *
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT, with what is wrong and where
     */
    public static void merge(String json, Message.Builder into) {
        try {
            // Strict first: the protobuf parser takes comments, missing quotes and duplicate keys.
            JsonNode tree = json.isBlank() ? MAPPER.createObjectNode() : MAPPER.readTree(json);
            EnumNames.check(tree, into.getDescriptorForType(), "");
            PARSER.merge(MAPPER.writeValueAsString(tree), into);
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (InvalidProtocolBufferException e) {
            throw invalid("the body does not fit the request: " + e.getMessage(), e);
        }
    }

    static RuntimeException notJson(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return invalid("the body is not JSON: " + e.getOriginalMessage() + where, e);
    }

    private static RuntimeException invalid(String message, Exception cause) {
        return Status.INVALID_ARGUMENT.withDescription(message).withCause(cause).asRuntimeException();
    }

    /** What the printer leaves out: messages that are not set. */
    private static void addNulls(ObjectNode node, Descriptor descriptor) {
        for (FieldDescriptor field : descriptor.getFields()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
                continue;
            }
            JsonNode value = node.get(field.getJsonName());
            switch (value) {
                case null -> {
                    if (field.getContainingOneof() == null) {
                        node.putNull(field.getJsonName());
                    }
                }
                case ObjectNode object -> addNulls(object, field.getMessageType());
                case ArrayNode array ->
                    array.forEach(element -> {
                        if (element instanceof ObjectNode object) {
                            addNulls(object, field.getMessageType());
                        }
                    });
                default -> {} // A timestamp or a duration: text.
            }
        }
    }
}
