package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.http.ErrorBody;
import io.grpc.Status;

/** A path that is not transcoded from gRPC; a method that it does not have is refused as those of the others are. */
abstract class RestService implements HttpService {
    @Override
    public final HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return switch (request.method()) {
            case GET -> doGet(context, request);
            case POST -> doPost(context, request);
            case PUT -> doPut(context, request);
            default -> refused();
        };
    }

    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return refused();
    }

    protected HttpResponse doPost(ServiceRequestContext context, HttpRequest request) {
        return refused();
    }

    protected HttpResponse doPut(ServiceRequestContext context, HttpRequest request) {
        return refused();
    }

    private static HttpResponse refused() {
        return ErrorBody.of(Status.Code.UNIMPLEMENTED, "Method Not Allowed");
    }
}
