package io.agentfense.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An error as REST clients know it: {@code {"code": n, "message": "…", "details": []}}, with the HTTP status of its code. */
public final class ErrorBody {

    /** What proxies write down when the client has gone; there is no registered status for it. */
    private static final HttpStatus CLIENT_CLOSED_REQUEST = HttpStatus.valueOf(499);

    private ErrorBody() {}

    /** The response for a code. */
    public static HttpResponse of(Status.Code code, String message) {
        return of(status(code), code, message, Map.of()).toHttpResponse();
    }

    /** Answers a request that streams with an error and headers that say more of it, and ends it; nobody is told who has gone. */
    public static void write(HttpResponseWriter response, Status.Code code, String message, Map<String, String> more) {
        AggregatedHttpResponse error = of(status(code), code, message, more);
        var _ = response.tryWrite(error.headers());
        var _ = response.tryWrite(error.content());
        response.close();
    }

    /** The response for a code, with an HTTP status of its own and headers that say more. */
    static AggregatedHttpResponse of(HttpStatus status, Status.Code code, String message, Map<String, String> more) {
        ObjectNode body = body(code, message);
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
        more.forEach((name, value) -> headers.set(name, value));
        return AggregatedHttpResponse.of(
                headers.build(), HttpData.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static ObjectNode body(Status.Code code, String message) {
        ObjectNode body = ApiJson.MAPPER.createObjectNode();
        body.put("code", code.value());
        body.put("message", message);
        body.putArray("details");
        return body;
    }

    /** The last line of an answer of lines that did not end well. */
    public static byte[] line(Status status) {
        ObjectNode line = ApiJson.MAPPER.createObjectNode();
        line.set("error", body(status.getCode(), String.valueOf(status.getDescription())));
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The HTTP status that gRPC gateways answer a code with. */
    static HttpStatus status(Status.Code code) {
        return switch (code) {
            case OK -> HttpStatus.OK;
            case CANCELLED -> CLIENT_CLOSED_REQUEST;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
            case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT;
            case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
            case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
            case UNKNOWN, INTERNAL, DATA_LOSS -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
