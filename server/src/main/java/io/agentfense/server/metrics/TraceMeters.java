package io.agentfense.server.metrics;

import io.agentfense.server.telemetry.SpanCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What becomes of spans. Stateless. */
public final class TraceMeters {
    private TraceMeters() {}

    /** Shows it from now on. */
    public static void watch(MeterRegistry registry, SpanCounts counts) {
        spans(registry, counts, "sent", SpanCounts::sent);
        spans(registry, counts, "failed", SpanCounts::failed);
        spans(registry, counts, "dropped", SpanCounts::dropped);
    }

    private static void spans(
            MeterRegistry registry, SpanCounts counts, String outcome, ToDoubleFunction<SpanCounts> count) {
        FunctionCounter.builder("agentfense.traces.spans", counts, count)
                .description(
                        "Spans that the collector took, that it did not take, and that found no room to wait for it.")
                .tag("outcome", outcome)
                .register(registry);
    }
}
