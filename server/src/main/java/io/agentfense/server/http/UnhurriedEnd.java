package io.agentfense.server.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceOptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.time.Duration;

/**
 * Leaves the HTTP/2 stream of an answer alone that ended before its request did, as that of a terminal does. By default it is
 * reset at once, and a client that has not taken the answer's end yet drops it for that. Clients close such streams
 * themselves once they have read all; the reset comes for those that do not. Stateless.
 */
final class UnhurriedEnd extends SimpleDecoratingHttpService {
    private static final ServiceOptions OPTIONS = ServiceOptions.builder()
            .closeHttp2StreamDelayMillis(Duration.ofMinutes(10).toMillis())
            .build();

    UnhurriedEnd(HttpService delegate) {
        super(delegate);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        return unwrap().serve(context, request);
    }

    @Override
    public ServiceOptions options() {
        return OPTIONS;
    }
}
