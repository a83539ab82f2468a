package io.agentfense.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two ways to make a unary call. Both take and give the same messages, and fail with the same codes and words. */
enum Face {
    GRPC {
        @Override
        <Q extends Message, A extends Message> A call(TestServer server, MethodDescriptor<Q, A> method, Q request) {
            return ClientCalls.blockingUnaryCall(
                    server.client(SandboxServiceBlockingStub.class).getChannel(), method, CallOptions.DEFAULT, request);
        }
    },
    /** By the paths that the proto files name. */
    REST {
        @Override
        <Q extends Message, A extends Message> A call(TestServer server, MethodDescriptor<Q, A> method, Q request) {
            try {
                HttpResponse<String> response = server.send(request(server, method, request));
                if (response.statusCode() != 200) {
                    throw refusal(response);
                }
                var marshaller = (PrototypeMarshaller<A>) method.getResponseMarshaller();
                A prototype = Objects.requireNonNull(marshaller.getMessagePrototype());
                Message.Builder answer = prototype.newBuilderForType();
                JsonFormat.parser().merge(response.body(), answer);
                @SuppressWarnings("unchecked")
                A message = (A) answer.build();
                return message;
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    };

    private static final Pattern UNSAID = Pattern.compile("\\.\\.|\0");
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)(=\\*\\*)?}");

    /** In bytes, each of which may be escaped by three. */
    private static final int LONGEST_ADDRESS = 4096;

    /** What gRPC gateways answer each code with. */
    private static final Map<Status.Code, Integer> HTTP = Map.of(
            Status.Code.INVALID_ARGUMENT, 400,
            Status.Code.FAILED_PRECONDITION, 400,
            Status.Code.NOT_FOUND, 404,
            Status.Code.ALREADY_EXISTS, 409,
            Status.Code.ABORTED, 409,
            Status.Code.RESOURCE_EXHAUSTED, 429,
            Status.Code.INTERNAL, 500,
            Status.Code.UNIMPLEMENTED, 501,
            Status.Code.DEADLINE_EXCEEDED, 504);

    /**
     * Makes a call.
     *
     * @throws StatusRuntimeException if it is refused
     */
    abstract <Q extends Message, A extends Message> A call(TestServer server, MethodDescriptor<Q, A> method, Q request);

    /** The status that a call is refused with. */
    <Q extends Message, A extends Message> Status refusal(TestServer server, MethodDescriptor<Q, A> method, Q request) {
        A answer;
        try {
            answer = call(server, method, request);
        } catch (StatusRuntimeException e) {
            return own(e.getStatus());
        }
        throw new AssertionError(this + " did not refuse it, but answered " + answer);
    }

    /**
     * Whether a request can be put in this form: a URL has no place for an empty id, nor for what is very long, and one
     * that holds {@code ..} or a NUL is refused before anybody looks at what it is for.
     */
    boolean canSay(MethodDescriptor<?, ?> method, Message request) {
        if (this == GRPC) {
            return true;
        }
        HttpRule rule = rule(method);
        boolean hasBody = !rule.getBody().isEmpty();
        boolean fits = hasBody || request.getSerializedSize() < LONGEST_ADDRESS / 3;
        return fits
                && variables(method).stream()
                        .noneMatch(name -> text(request, name).isEmpty())
                && request.getAllFields().entrySet().stream()
                        .filter(field -> !hasBody
                                || variables(method).contains(field.getKey().getName()))
                        .noneMatch(field ->
                                UNSAID.matcher(String.valueOf(field.getValue())).find());
    }

    /** Without what the client adds on a line of its own. */
    private static Status own(Status status) {
        String told = status.getDescription();
        return told == null
                ? status
                : status.withDescription(told.lines().findFirst().orElse(""));
    }

    private static HttpRequest request(TestServer server, MethodDescriptor<?, ?> method, Message request)
            throws IOException {
        HttpRule rule = rule(method);
        Message.Builder rest = request.toBuilder();
        StringBuilder path = new StringBuilder();
        Matcher variable = VARIABLE.matcher(template(rule));
        while (variable.find()) {
            variable.appendReplacement(path, Matcher.quoteReplacement(encode(text(request, variable.group(1)))));
            rest.clearField(field(request, variable.group(1)));
        }
        variable.appendTail(path);
        String body = JsonFormat.printer().print(rest);
        return switch (rule.getPatternCase()) {
            case GET -> server.request(path + query(rest)).GET().build();
            case DELETE -> server.request(path + query(rest)).DELETE().build();
            case POST ->
                server.request(path.toString())
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
            case PUT ->
                server.request(path.toString())
                        .header("content-type", "application/json")
                        .PUT(BodyPublishers.ofString(body))
                        .build();
            case PATCH, CUSTOM, PATTERN_NOT_SET -> throw new AssertionError(method + " has no path");
        };
    }

    private static HttpRule rule(MethodDescriptor<?, ?> method) {
        var schema = (ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor());
        return schema.getMethodDescriptor().getOptions().getExtension(AnnotationsProto.http);
    }

    private static String template(HttpRule rule) {
        return rule.getGet() + rule.getPost() + rule.getPut() + rule.getDelete();
    }

    private static List<String> variables(MethodDescriptor<?, ?> method) {
        return VARIABLE.matcher(template(rule(method)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static FieldDescriptor field(Message request, String name) {
        return Objects.requireNonNull(request.getDescriptorForType().findFieldByName(name), name);
    }

    private static String text(Message request, String name) {
        return (String) request.getField(field(request, name));
    }

    private static String query(Message.Builder rest) {
        List<String> parameters = new ArrayList<>();
        rest.getAllFields().forEach((field, value) -> parameters.add(field.getName() + "=" + encode(word(value))));
        return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    }

    private static String word(Object value) {
        return value instanceof EnumValueDescriptor named ? String.valueOf(named.getNumber()) : String.valueOf(value);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The status in an error's body, which has its three fields and the HTTP status of its code. */
    static StatusRuntimeException refusal(HttpResponse<String> response) throws IOException {
        JsonNode body = TestServer.json(response);
        Status.Code code = Status.fromCodeValue(body.path("code").asInt(Status.Code.UNKNOWN.value()))
                .getCode();
        boolean wellFormed = body.size() == 3
                && body.path("details").isArray()
                && body.path("details").isEmpty()
                && Objects.equals(HTTP.get(code), response.statusCode());
        if (!wellFormed) {
            throw new AssertionError("HTTP " + response.statusCode() + " " + response.body());
        }
        return code.toStatus().withDescription(body.path("message").asText()).asRuntimeException();
    }
}
