package io.agentfense.audit.forward;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Posts batches to a collector as OTLP over HTTP has them, in JSON. */
final class OtlpLink implements Link {
    private static final String PATH = "/v1/logs";

    private final HttpPost post;
    private final String host;
    private Optional<Mark> received = Optional.empty();

    /**
     * A way to a collector.
     *
     * @param host the name of this machine
     */
    OtlpLink(Destination.Otlp otlp, String host) throws IOException {
        this.host = host;
        post = new HttpPost(logs(otlp.url()), otlp.authorizationFile(), otlp.tls(), otlp.timeout());
    }

    private static URI logs(URI url) {
        return url.getRawPath().isEmpty() || url.getRawPath().equals("/") ? url.resolve(PATH) : url;
    }

    @Override
    public Optional<Refused> send(Batch batch) throws IOException, InterruptedException {
        byte[] answer = post.post(OtlpLogs.of(batch, host), "application/json", Map.of());
        // What was refused would be refused again; the protocol forbids to repeat it.
        received = Optional.of(batch.last());
        return PartialSuccess.of(answer);
    }

    @Override
    public Optional<Mark> received() {
        return received;
    }

    @Override
    public void close() {
        post.close();
    }
}
