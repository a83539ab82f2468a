package io.agentfense.server.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every error of REST in one shape, whoever found it: a service, the JSON layer, or the HTTP server itself. Stateless. */
public final class RestErrors implements UnframedGrpcErrorHandler, ServerErrorHandler {
    /** What gRPC tells of a refusal beside its message: when to try again, or which limit was reached and how high it is. */
    private static final List<String> TOLD = List.of("retry-after", "limit-name", "limit-value");

    /** A gRPC status of a transcoded call. */
    @Override
    public HttpResponse handle(ServiceRequestContext context, Status status, AggregatedHttpResponse response) {
        String message = status.getDescription();
        return ErrorBody.of(
                        ErrorBody.status(status.getCode()),
                        status.getCode(),
                        message == null ? status.getCode().name() : message,
                        more(response))
                .toHttpResponse();
    }

    private static Map<String, String> more(AggregatedHttpResponse response) {
        Map<String, String> more = new HashMap<>();
        for (String name : TOLD) {
            Stream.of(response.headers(), response.trailers())
                    .map(headers -> headers.get(name))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(value -> more.put(name, value));
        }
        return more;
    }

    /** What was thrown before a service was reached. */
    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        if (isGrpc(context.request().headers())) {
            return null;
        }
        return switch (cause) {
            case HttpStatusException e
            when e.getCause() != null -> ErrorBody.of(Status.Code.INVALID_ARGUMENT, reason(e.getCause()));
            case HttpStatusException e
            when e.httpStatus().isClientError() ->
                ErrorBody.of(
                                e.httpStatus(),
                                Status.Code.INVALID_ARGUMENT,
                                e.httpStatus().reasonPhrase(),
                                Map.of())
                        .toHttpResponse();
            case io.grpc.StatusRuntimeException e ->
                ErrorBody.of(
                        e.getStatus().getCode(), String.valueOf(e.getStatus().getDescription()));
            default -> null;
        };
    }

    private static String reason(Throwable cause) {
        Throwable told = cause.getCause() == null ? cause : cause.getCause();
        String message = told.getMessage();
        return "the body is not JSON: "
                + (message == null
                        ? "it can't be parsed"
                        : message.lines().findFirst().orElse(""));
    }

    /** What has no route. */
    @Override
    public @Nullable AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        if (headers != null && isGrpc(headers)) {
            return null;
        }
        AggregatedHttpResponse error = rendered(status, description);
        boolean isKnown = context != null && context.additionalResponseHeaders().contains(CallIds.HEADER);
        return isKnown ? error : withId(error, CallIds.of(headers));
    }

    /** What is refused before it comes to a service has its id from here. */
    private static AggregatedHttpResponse withId(AggregatedHttpResponse error, CallIds ids) {
        return AggregatedHttpResponse.of(
                error.headers().withMutations(headers -> headers.set(CallIds.HEADER, ids.request())), error.content());
    }

    private static AggregatedHttpResponse rendered(HttpStatus status, @Nullable String description) {
        return switch (status.code()) {
            case 400 -> ErrorBody.of(status, Status.Code.INVALID_ARGUMENT, malformed(status, description), Map.of());
            case 404 -> ErrorBody.of(status, Status.Code.NOT_FOUND, "Not Found", Map.of());
            case 405 ->
                ErrorBody.of(HttpStatus.NOT_IMPLEMENTED, Status.Code.UNIMPLEMENTED, "Method Not Allowed", Map.of());
            case 413 ->
                ErrorBody.of(
                        status,
                        Status.Code.RESOURCE_EXHAUSTED,
                        "the request is larger than the server takes",
                        Map.of());
            case 503 ->
                ErrorBody.of(status, Status.Code.UNAVAILABLE, "the server is busy or stopping; try again", Map.of());
            default ->
                ErrorBody.of(
                        status,
                        status.isServerError() ? Status.Code.INTERNAL : Status.Code.INVALID_ARGUMENT,
                        status.reasonPhrase(),
                        Map.of());
        };
    }

    /** What the HTTP server itself has to say of a request that it does not take. */
    private static String malformed(HttpStatus status, @Nullable String description) {
        if ("Invalid request path".equals(description)) {
            return "the URL can't be taken: its path or query holds \"..\", a control character or a broken escape";
        }
        return description == null ? status.reasonPhrase() : description;
    }

    private static boolean isGrpc(RequestHeaders headers) {
        String type = headers.get("content-type");
        return type != null && type.startsWith("application/grpc");
    }
}
