package io.agentfense.server.telemetry;

import io.agentfense.server.trace.Step;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/** A step that is a span. */
final class SpanStep implements Step {
    private final Span span;
    private final Scope scope;
    private volatile boolean done;

    /**
     * Of a span that has begun.
     *
     * @param scope ends with it
     */
    SpanStep(Span span, Scope scope) {
        this.span = span;
        this.scope = scope;
    }

    @Override
    public Step with(String key, String value) {
        span.setAttribute(key, value);
        return this;
    }

    @Override
    public Step with(String key, long value) {
        span.setAttribute(key, value);
        return this;
    }

    @Override
    public void done() {
        done = true;
    }

    @Override
    public void close() {
        if (!done) {
            span.setStatus(StatusCode.ERROR);
        }
        scope.close();
        span.end();
    }
}
