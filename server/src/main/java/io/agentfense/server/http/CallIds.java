package io.agentfense.server.http;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.telemetry.CallSpans;
import io.netty.util.AttributeKey;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The ids that tie what one call left in logs together, here and at its client.
 *
 * @param request what the client sent as {@code X-Request-Id}, or one that was made for it
 * @param trace the trace that the call is part of: its client's, if it said so, or else a new one if it is traced
 */
record CallIds(String request, Optional<String> trace) {
    /** The header that brings the request's id, and takes it back. */
    static final String HEADER = "x-request-id";

    private static final String REQUEST_KEY = "request_id";
    private static final String TRACE_KEY = "trace_id";

    /** Whatever else a client sends stands in no log and in no header of ours. */
    private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private static final AttributeKey<CallIds> ATTRIBUTE = AttributeKey.valueOf(CallIds.class, "IDS");

    /** The ids of a call, the same whenever they are asked for. */
    static CallIds of(ServiceRequestContext context) {
        CallIds known = context.attr(ATTRIBUTE);
        if (known == null) {
            CallIds given = of(context.request().headers());
            Optional<String> traced = CallSpans.traceId(context);
            known = traced.isPresent() ? new CallIds(given.request(), traced) : given;
            context.setAttr(ATTRIBUTE, known);
        }
        return known;
    }

    /** The ids that headers bring; a request without one gets one. */
    static CallIds of(@Nullable RequestHeaders headers) {
        String given = headers == null ? null : headers.get(HEADER);
        String request = given != null && GIVEN.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        String parent = headers == null ? null : headers.get(TraceParent.HEADER);
        return new CallIds(request, parent == null ? Optional.empty() : TraceParent.traceId(parent));
    }

    /** While it is open, lines of a thread bear ids. */
    @FunctionalInterface
    interface InLog extends AutoCloseable {
        @Override
        void close();
    }

    /** Puts the ids in every line that this thread logs. */
    InLog inLog() {
        String request = MDC.get(REQUEST_KEY);
        String trace = MDC.get(TRACE_KEY);
        put(REQUEST_KEY, request());
        put(TRACE_KEY, trace().orElse(null));
        return () -> {
            put(REQUEST_KEY, request);
            put(TRACE_KEY, trace);
        };
    }

    private static void put(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
