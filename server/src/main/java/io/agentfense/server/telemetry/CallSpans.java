package io.agentfense.server.telemetry;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import io.netty.util.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A span for each call, below its client's, which every thread that takes the call up has as its own. Thread-safe.
 *
 * <p>Names and attributes are OpenTelemetry's conventions for servers of gRPC and HTTP, but for {@code url.path} and
 * {@code url.query}: these hold names of files, and what a program behind a published port takes for its own secret.
 */
public final class CallSpans {
    private static final AttributeKey<Context> ATTRIBUTE = AttributeKey.valueOf(CallSpans.class, "CONTEXT");

    /** What machines ask all the time. */
    private static final Set<String> UNSEEN =
            Set.of("/healthz", "/health", "/readyz", "/metrics", "/grpc.health.v1.Health/Check");

    /** That are the server's failures rather than its client's, as the conventions have them. */
    private static final Set<Status.Code> FAILURES = EnumSet.of(
            Status.Code.UNKNOWN,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.UNIMPLEMENTED,
            Status.Code.INTERNAL,
            Status.Code.UNAVAILABLE,
            Status.Code.DATA_LOSS);

    private static final String GRPC_STATUS = "grpc-status";
    private static final int LEAST_FAILURE = 500;

    private static final TextMapGetter<RequestHeaders> HEADERS =
            (headers, name) -> headers == null ? null : headers.get(name);

    private final Tracer tracer;

    CallSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Traces the calls of a server. */
    public void of(ServerBuilder builder) {
        builder.contextHook(this::current);
    }

    /** Closed by whoever runs the hook. */
    @SuppressWarnings("MustBeClosedChecker")
    private Scope current() {
        return context(ServiceRequestContext.current()).makeCurrent();
    }

    /** The trace that a call is part of, if it is traced. */
    public static Optional<String> traceId(ServiceRequestContext call) {
        Context context = call.attr(ATTRIBUTE);
        SpanContext span = context == null
                ? SpanContext.getInvalid()
                : Span.fromContext(context).getSpanContext();
        return span.isValid() ? Optional.of(span.getTraceId()) : Optional.empty();
    }

    /** Made when a thread takes the call up first. */
    private Context context(ServiceRequestContext call) {
        Context known = call.attr(ATTRIBUTE);
        if (known != null) {
            return known;
        }
        Context made = UNSEEN.contains(call.path()) ? Context.root() : begin(call);
        call.setAttr(ATTRIBUTE, made);
        return made;
    }

    private Context begin(ServiceRequestContext call) {
        RequestHeaders headers = call.request().headers();
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        Span span = tracer.spanBuilder(headers.method().name())
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .startSpan();
        var _ = call.log().whenComplete().thenAccept(log -> end(span, log));
        return parent.with(span);
    }

    private static void end(Span span, RequestLog log) {
        MediaType type = log.requestHeaders().contentType();
        if (type != null && type.subtype().startsWith("grpc")) {
            endRpc(span, log);
        } else {
            endHttp(span, log);
        }
        span.end();
    }

    private static void endRpc(Span span, RequestLog log) {
        String method = log.fullName();
        Status.Code code = code(log);
        span.updateName(method)
                .setAttribute("rpc.system.name", "grpc")
                .setAttribute("rpc.method", method)
                .setAttribute("rpc.response.status_code", code.name());
        if (FAILURES.contains(code)) {
            fail(span, code.name());
        }
    }

    /** It stands in the headers where there is no message, and nowhere if the client went away. */
    private static Status.Code code(RequestLog log) {
        String trailer = log.responseTrailers().get(GRPC_STATUS);
        String code = trailer == null ? log.responseHeaders().get(GRPC_STATUS) : trailer;
        if (code != null) {
            return Status.fromCodeValue(Integer.parseInt(code)).getCode();
        }
        return log.responseCause() == null ? Status.Code.UNKNOWN : Status.Code.CANCELLED;
    }

    private static void endHttp(Span span, RequestLog log) {
        RequestHeaders request = log.requestHeaders();
        int status = log.responseHeaders().status().code();
        String route = route((ServiceRequestContext) log.context());
        span.updateName(request.method().name() + " " + route)
                .setAttribute("http.request.method", request.method().name())
                .setAttribute("http.route", route)
                .setAttribute("url.scheme", log.sessionProtocol().isTls() ? "https" : "http")
                .setAttribute("http.response.status_code", status);
        if (status >= LEAST_FAILURE) {
            fail(span, Integer.toString(status));
        }
    }

    private static String route(ServiceRequestContext call) {
        return call.config().mappedRoute().patternString();
    }

    private static void fail(Span span, String type) {
        span.setStatus(StatusCode.ERROR).setAttribute("error.type", type);
    }
}
