package io.agentfense.server.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.agentfense.audit.outbound.SecretFile;
import io.agentfense.server.config.TracingConfig;
import io.agentfense.server.trace.Tracer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Spans on their way to a collector: OTLP over HTTP, in protocol buffers. No call waits for it; what it can't keep up with is
 * lost and counted. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
    private static final String SCOPE = "io.agentfense.server";
    private static final String PATH = "/v1/traces";
    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What a name can be as long as, of whatever is said of a step. */
    private static final int LONGEST_VALUE = 256;

    /** How long the end of the server waits for what is still to be sent. */
    private static final Duration LAST_CHANCE = Duration.ofSeconds(3);

    /** The library's own word goes to the console, and our log says the same. Held here, or its level would be forgotten. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private final SdkTracerProvider provider;
    private final SpanCounts counts;
    private final boolean intoSandbox;

    private Tracing(SdkTracerProvider provider, SpanCounts counts, boolean intoSandbox) {
        this.provider = provider;
        this.counts = counts;
        this.intoSandbox = intoSandbox;
    }

    /**
     * Starts to send, whether or not there is anybody to receive.
     *
     * @param version of this server
     * @throws IOException if a file does not hold what it should
     */
    public static Tracing start(URI endpoint, TracingConfig config, String version) throws IOException {
        LIBRARY.setLevel(Level.OFF);
        SpanCounts counts = new SpanCounts();
        CountedExporter exporter = new CountedExporter(exporter(endpoint, config), counts, endpoint.toString());
        BatchSpanProcessor sender = BatchSpanProcessor.builder(exporter)
                .setMaxQueueSize(SpanCounts.MOST_WAITING)
                .setMaxExportBatchSize(BATCH)
                .setScheduleDelay(PAUSE)
                .setExporterTimeout(config.timeout())
                .build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", "agentfense")
                        .put("service.version", version)
                        .build()))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.sampleRatio())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(LONGEST_VALUE)
                        .build())
                .addSpanProcessor(new SpanIntake(sender, counts))
                .build();
        return new Tracing(provider, counts, config.intoSandbox());
    }

    private static OtlpHttpSpanExporter exporter(URI endpoint, TracingConfig config) throws IOException {
        URI url = endpoint.getRawPath().isEmpty() || endpoint.getRawPath().equals("/")
                ? endpoint.resolve(PATH)
                : endpoint;
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(url.toString())
                .setTimeout(config.timeout())
                .setConnectTimeout(config.timeout())
                .addHeader("User-Agent", "agentfense");
        if (config.authorizationFile().isPresent()) {
            builder.addHeader(
                    "Authorization", authorization(config.authorizationFile().get()));
        }
        if (config.caFile().isPresent()) {
            builder.setTrustedCertificates(Files.readAllBytes(config.caFile().get()));
        }
        try {
            return builder.build();
        } catch (RuntimeException e) {
            throw new IOException("tracing: " + e.getMessage(), e);
        }
    }

    private static String authorization(Path file) throws IOException {
        String value = new String(SecretFile.read(file, 1), ISO_8859_1);
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IOException(file + ": must be one line of printable ASCII, such as Bearer and a token");
        }
        return value;
    }

    /** Makes spans of steps. */
    public Tracer tracer() {
        return new SpanTracer(provider.get(SCOPE), intoSandbox);
    }

    /** Makes spans of calls. */
    public CallSpans calls() {
        return new CallSpans(provider.get(SCOPE));
    }

    /** What becomes of spans. */
    public SpanCounts counts() {
        return counts;
    }

    /** Sends what waits, as far as that is soon done. */
    @Override
    public void close() {
        var _ = provider.shutdown().join(LAST_CHANCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
