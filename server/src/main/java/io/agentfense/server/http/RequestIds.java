package io.agentfense.server.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each call its id: in the answer's {@code X-Request-Id}, whatever the answer is, and in the lines that are logged
 * while a thread works on the call. At the level debug each call has such a line itself. Thread-safe.
 */
final class RequestIds extends SimpleDecoratingHttpService {
    private static final Logger LOG = LoggerFactory.getLogger(RequestIds.class);

    RequestIds(HttpService delegate) {
        super(delegate);
    }

    /** Has the lines of every thread that takes up a call bear the call's ids. */
    static void inLogOf(ServerBuilder builder) {
        builder.contextHook(() -> CallIds.of(ServiceRequestContext.current()).inLog());
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        CallIds ids = CallIds.of(context);
        context.mutateAdditionalResponseHeaders(headers -> headers.set(CallIds.HEADER, ids.request()));
        if (LOG.isDebugEnabled()) {
            var _ = context.log().whenComplete().thenAccept(log -> tell(ids, log));
        }
        return unwrap().serve(context, request);
    }

    /** Not with the query, which is the client's own matter. */
    private static void tell(CallIds ids, RequestLog log) {
        try (CallIds.InLog _ = ids.inLog()) {
            LOG.debug(
                    "{} {} {} after {} ms",
                    log.requestHeaders().method(),
                    log.context().path(),
                    log.responseHeaders().status().code(),
                    Duration.ofNanos(log.totalDurationNanos()).toMillis());
        }
    }
}
