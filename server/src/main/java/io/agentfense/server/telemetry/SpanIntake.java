package io.agentfense.server.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** Lets spans wait to be sent while there is room, and counts those for which there is none. Thread-safe. */
final class SpanIntake implements SpanProcessor {
    private final SpanProcessor next;
    private final SpanCounts counts;

    /**
     * Before what sends them.
     *
     * @param next has room for as many as {@link SpanCounts} lets wait
     */
    SpanIntake(SpanProcessor next, SpanCounts counts) {
        this.next = next;
        this.counts = counts;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (span.getSpanContext().isSampled() && counts.enter()) {
            next.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return next.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return next.shutdown();
    }
}
