package io.agentfense.server.telemetry;

import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes spans of steps, below the thread's span, if it has one that is sampled. Thread-safe. */
final class SpanTracer implements Tracer {
    private final io.opentelemetry.api.trace.Tracer spans;
    private final boolean intoSandbox;

    SpanTracer(io.opentelemetry.api.trace.Tracer spans, boolean intoSandbox) {
        this.spans = spans;
        this.intoSandbox = intoSandbox;
    }

    /** The scope is closed with the step. */
    @Override
    @SuppressWarnings("MustBeClosedChecker")
    public Step begin(String name) {
        if (!Span.current().isRecording()) {
            return Step.UNSEEN;
        }
        Span span = spans.spanBuilder(name).startSpan();
        return new SpanStep(span, span.makeCurrent());
    }

    @Override
    public Step aside(String name) {
        return Span.current().isRecording()
                ? new SpanStep(spans.spanBuilder(name).startSpan(), Scope.noop())
                : Step.UNSEEN;
    }

    @Override
    public void past(String name, Duration ago, Duration took) {
        if (Span.current().isRecording()) {
            long end = nanos(Instant.now().minus(ago));
            spans.spanBuilder(name)
                    .setStartTimestamp(end - took.toNanos(), TimeUnit.NANOSECONDS)
                    .startSpan()
                    .end(end, TimeUnit.NANOSECONDS);
        }
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    @Override
    public void caller(String userId) {
        if (!userId.isEmpty()) {
            Span.current().setAttribute("enduser.id", userId);
        }
    }

    @Override
    public Optional<String> inside() {
        SpanContext context = Span.current().getSpanContext();
        return intoSandbox && context.isValid()
                ? Optional.of("00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                        + context.getTraceFlags().asHex())
                : Optional.empty();
    }
}
