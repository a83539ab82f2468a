package io.agentfense.server.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;

/**
 * Lets the body of a call through if it is one JSON value and nothing else, no name in it twice. What transcodes after it
 * would take the first value, and the last of two names, while whoever looked at the request before saw another. Thread-safe.
 */
public final class StrictJson extends SimpleDecoratingHttpService {
    /** Wraps the service that transcodes. */
    public StrictJson(HttpService delegate) {
        super(delegate);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (LenientContentType.isGrpc(request) || request.method() == HttpMethod.GET) {
            return unwrap().serve(context, request);
        }
        return HttpResponse.of(request.aggregate().thenApply(whole -> checked(context, whole)));
    }

    private HttpResponse checked(ServiceRequestContext context, AggregatedHttpRequest whole) {
        check(whole.content().array());
        HttpRequest request = whole.toHttpRequest();
        context.updateRequest(request);
        try {
            return unwrap().serve(context, request);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /**
     * Looks at a body.
     *
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT, with what is wrong and where
     */
    private static void check(byte[] body) {
        try (JsonParser parser = ApiJson.MAPPER.createParser(body)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows its value");
            }
        } catch (JsonProcessingException e) {
            throw ApiJson.notJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
