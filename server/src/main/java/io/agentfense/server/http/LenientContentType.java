package io.agentfense.server.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

/**
 * Takes the body of a call for JSON whatever its type says, as gRPC gateways do: {@code curl -d} calls it a form. Web
 * pages, which could use that to do without a preflight, are stopped by {@link BrowserGuard}. Thread-safe.
 */
public final class LenientContentType extends SimpleDecoratingHttpService {
    /** Of a body that is read as a whole. gRPC bounds its messages one by one. */
    private static final long MOST_BYTES = 8 << 20;

    /** Wraps the service that transcodes. */
    public LenientContentType(HttpService delegate) {
        super(delegate);
    }

    /** Whether a body is messages of gRPC, in whatever form. */
    static boolean isGrpc(HttpRequest request) {
        MediaType type = request.contentType();
        return type != null && type.subtype().startsWith("grpc");
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (isGrpc(request)) {
            return unwrap().serve(context, request);
        }
        RequestHeaders headers = request.headers();
        MediaType type = headers.contentType();
        context.setMaxRequestLength(MOST_BYTES);
        if (headers.method() == HttpMethod.GET || (type != null && type.isJson())) {
            return unwrap().serve(context, request);
        }
        HttpRequest json = request.withHeaders(headers.withMutations(builder -> builder.contentType(MediaType.JSON)));
        context.updateRequest(json);
        return unwrap().serve(context, json);
    }
}
