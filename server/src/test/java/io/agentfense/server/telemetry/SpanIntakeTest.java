package io.agentfense.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Where spans are that nobody takes. */
class SpanIntakeTest {
    private static final int BATCH = 100;
    private static final int MADE = 5000;

    /** Answers when it is told to. */
    private static final class Slow implements SpanExporter {
        private final List<CompletableResultCode> open = new CopyOnWriteArrayList<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            CompletableResultCode result = new CompletableResultCode();
            open.add(result);
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            open.forEach(CompletableResultCode::fail);
            return CompletableResultCode.ofSuccess();
        }
    }

    @Test
    void noMoreWaitThanMayAndEachThatIsLostIsCountedOnce() {
        SpanCounts counts = new SpanCounts();
        Slow slow = new Slow();
        BatchSpanProcessor sender = BatchSpanProcessor.builder(new CountedExporter(slow, counts, "slow"))
                .setMaxQueueSize(SpanCounts.MOST_WAITING)
                .setMaxExportBatchSize(BATCH)
                .setScheduleDelay(Duration.ofHours(1)) // A batch leaves once it is full.
                .setExporterTimeout(Duration.ofMinutes(1))
                .build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(new SpanIntake(sender, counts))
                .build();
        try {
            for (int i = 0; i < MADE; i++) {
                provider.get("test").spanBuilder("span").startSpan().end();
                if (i == BATCH) {
                    await().until(() -> slow.open.size() == 1);
                }
            }
            // A batch is with the exporter, and nothing else has left.
            assertThat(counts.dropped()).isEqualTo(MADE - BATCH - SpanCounts.MOST_WAITING);
            assertThat(counts.sent()).isZero();
            slow.open.getFirst().succeed();
            await().until(() -> slow.open.size() == 2);
            slow.open.getLast().fail();
            await().untilAsserted(() -> assertThat(counts.failed()).isEqualTo(BATCH));
            assertThat(counts.sent()).isEqualTo(BATCH);
        } finally {
            slow.open.forEach(CompletableResultCode::fail);
            var _ = provider.shutdown();
        }
    }
}
