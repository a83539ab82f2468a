package io.agentfense.server.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * REST as an OpenAPI 3.0 document: a path for each call that has one. Stateless.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.0.3">OpenAPI Specification 3.0.3</a>
 */
public final class OpenApi {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)(=[^}]*)?}");

    private final Comments comments = Comments.load();
    private final Schemas schemas = new Schemas(comments);
    private final ObjectNode paths = NODES.objectNode();

    private OpenApi() {}

    /** The document of these services. */
    public static String of(List<ServiceDescriptor> services, String version) {
        OpenApi document = new OpenApi();
        services.forEach(service -> service.getMethods().forEach(document::add));
        ObjectNode root = NODES.objectNode().put("openapi", "3.0.3");
        root.putObject("info").put("title", "AgentFense").put("version", version);
        root.set("paths", document.paths);
        ObjectNode components = root.putObject("components");
        components.set("schemas", document.schemas.all());
        components
                .putObject("securitySchemes")
                .putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer");
        return root.toString();
    }

    private void add(MethodDescriptor method) {
        if (!method.getOptions().hasExtension(AnnotationsProto.http)) {
            return;
        }
        HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
        String verb = rule.getPatternCase().name().toLowerCase(Locale.ROOT);
        String template = switch (rule.getPatternCase()) {
            case GET -> rule.getGet();
            case PUT -> rule.getPut();
            case POST -> rule.getPost();
            case DELETE -> rule.getDelete();
            case PATCH -> rule.getPatch();
            case CUSTOM, PATTERN_NOT_SET -> throw new IllegalStateException(method.getFullName());
        };
        Matcher variables = VARIABLE.matcher(template);
        String path = variables.replaceAll("{$1}");
        if (!paths.has(path)) {
            paths.putObject(path);
        }
        ((ObjectNode) paths.get(path)).set(verb, operation(method, rule, variables));
    }

    private ObjectNode operation(MethodDescriptor method, HttpRule rule, Matcher variables) {
        ObjectNode operation = NODES.objectNode().put("operationId", method.getName());
        operation.withArray("tags").add(method.getService().getName());
        String comment = comments.of(method);
        if (!comment.isEmpty()) {
            operation.put("summary", comment);
        }
        Set<String> inPath = new TreeSet<>();
        variables.reset();
        while (variables.find()) {
            inPath.add(variables.group(1));
        }
        for (FieldDescriptor field : method.getInputType().getFields()) {
            if (inPath.contains(field.getName())) {
                parameter(operation, field, "path");
            } else if (rule.getBody().isEmpty() && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                parameter(operation, field, "query");
            }
        }
        if (!rule.getBody().isEmpty()) {
            content(operation.putObject("requestBody")).set("schema", schemas.reference(method.getInputType()));
        }
        ObjectNode responses = operation.putObject("responses");
        content(responses.putObject("200").put("description", "Done"))
                .set("schema", schemas.reference(method.getOutputType()));
        content(responses.putObject("default").put("description", "Refused or failed"))
                .set("schema", error());
        return operation;
    }

    private void parameter(ObjectNode operation, FieldDescriptor field, String where) {
        ObjectNode parameter = operation
                .withArray("parameters")
                .addObject()
                .put("name", field.getName())
                .put("in", where)
                .put("required", where.equals("path"));
        parameter.set("schema", schemas.property(field));
    }

    private static ObjectNode content(ObjectNode holder) {
        return holder.putObject("content").putObject("application/json");
    }

    private static ObjectNode error() {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("code").put("type", "integer").put("description", "A gRPC status code");
        properties.putObject("message").put("type", "string");
        properties.putObject("details").put("type", "array").putObject("items");
        return schema;
    }
}
