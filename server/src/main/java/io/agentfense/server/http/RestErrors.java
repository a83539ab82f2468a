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
import org.jspecify.annotations.Nullable;

/** Every error of REST in one shape, whoever found it: a service, the JSON layer, or the HTTP server itself. Stateless. */
public final class RestErrors implements UnframedGrpcErrorHandler, ServerErrorHandler {
    private static final String RETRY_AFTER = "retry-after";

    /** A gRPC status of a transcoded call. */
    @Override
    public HttpResponse handle(ServiceRequestContext context, Status status, AggregatedHttpResponse response) {
        String message = status.getDescription();
        return ErrorBody.of(
                        ErrorBody.status(status.getCode()),
                        status.getCode(),
                        message == null ? status.getCode().name() : message,
                        retryAfter(response))
                .toHttpResponse();
    }

    private static @Nullable String retryAfter(AggregatedHttpResponse response) {
        String header = response.headers().get(RETRY_AFTER);
        return header == null ? response.trailers().get(RETRY_AFTER) : header;
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
                                null)
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
            case 400 -> ErrorBody.of(status, Status.Code.INVALID_ARGUMENT, malformed(status, description), null);
            case 404 -> ErrorBody.of(status, Status.Code.NOT_FOUND, "Not Found", null);
            case 405 -> ErrorBody.of(HttpStatus.NOT_IMPLEMENTED, Status.Code.UNIMPLEMENTED, "Method Not Allowed", null);
            case 413 ->
                ErrorBody.of(
                        status, Status.Code.RESOURCE_EXHAUSTED, "the request is larger than the server takes", null);
            case 503 ->
                ErrorBody.of(status, Status.Code.UNAVAILABLE, "the server is busy or stopping; try again", null);
            default ->
                ErrorBody.of(
                        status,
                        status.isServerError() ? Status.Code.INTERNAL : Status.Code.INVALID_ARGUMENT,
                        status.reasonPhrase(),
                        null);
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
