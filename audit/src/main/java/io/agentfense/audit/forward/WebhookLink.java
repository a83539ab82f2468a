package io.agentfense.audit.forward;

import io.agentfense.audit.outbound.Signature;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Posts batches, signed as {@link Signature} says. {@link Signature#DELIVERY} is {@link Batch#id}. */
final class WebhookLink implements Link {
    private final Destination.Webhook webhook;
    private final Optional<Signature> signature;
    private final InstantSource clock;
    private final HttpPost post;
    private Optional<Mark> received = Optional.empty();

    WebhookLink(Destination.Webhook webhook, InstantSource clock) throws IOException {
        this.webhook = webhook;
        this.clock = clock;
        signature = webhook.secretFile().isEmpty()
                ? Optional.empty()
                : Optional.of(Signature.with(webhook.secretFile().get()));
        post = new HttpPost(webhook.url(), webhook.authorizationFile(), webhook.tls(), webhook.timeout());
    }

    @Override
    public Optional<Refused> send(Batch batch) throws IOException, InterruptedException {
        byte[] body = Body.of(batch, webhook.format());
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(Signature.DELIVERY, batch.id());
        headers.put(Signature.TIMESTAMP, timestamp);
        signature.ifPresent(it -> headers.put(Signature.HEADER, it.of(timestamp, body)));
        byte[] _ = post.post(body, webhook.format().mediaType(), headers);
        received = Optional.of(batch.last());
        return Optional.empty();
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
