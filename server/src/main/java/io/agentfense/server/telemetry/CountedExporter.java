package io.agentfense.server.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a collector takes, and says once when it stops to and when it does again. Thread-safe. */
final class CountedExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(CountedExporter.class);

    private final SpanExporter exporter;
    private final SpanCounts counts;
    private final String endpoint;
    private final AtomicBoolean down = new AtomicBoolean();

    CountedExporter(SpanExporter exporter, SpanCounts counts, String endpoint) {
        this.exporter = exporter;
        this.counts = counts;
        this.endpoint = endpoint;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        counts.leave(count);
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> ended(count, result));
        return result;
    }

    private void ended(int spans, CompletableResultCode result) {
        boolean received = result.isSuccess();
        counts.ended(spans, received);
        if (down.getAndSet(!received) == received) {
            if (received) {
                LOG.info("{} takes spans again", endpoint);
            } else {
                LOG.warn("{} takes no spans, they are lost: {}", endpoint, result.getFailureThrowable());
            }
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
