package io.agentfense.audit.forward;

import io.agentfense.audit.outbound.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where records are sent, as it was configured. Immutable; secrets are named by their files and not kept here. */
public sealed interface Destination {
    /**
     * A receiver of syslog: RFC 5424 over TCP with octet counting (RFC 6587), or over TLS (RFC 5425).
     *
     * @param tls over TCP alone without it
     * @param format of the messages; no array
     * @param timeout for connecting, and without progress
     */
    record Syslog(String host, int port, Optional<TlsFiles> tls, BodyFormat format, Duration timeout)
            implements Destination {}

    /**
     * A program's URL, to which batches are posted.
     *
     * @param secretFile holds the key that signs what is sent; unsigned without one
     * @param authorizationFile holds the value of the header {@code Authorization}
     * @param timeout for one attempt as a whole
     */
    record Webhook(
            URI url,
            Optional<Path> secretFile,
            Optional<Path> authorizationFile,
            TlsFiles tls,
            BodyFormat format,
            Duration timeout)
            implements Destination {}

    /**
     * A collector of OpenTelemetry's logs: OTLP over HTTP, in JSON.
     *
     * @param url without a path for {@code /v1/logs}
     * @param authorizationFile holds the value of the header {@code Authorization}
     * @param timeout for one attempt as a whole
     */
    record Otlp(URI url, Optional<Path> authorizationFile, TlsFiles tls, Duration timeout) implements Destination {}

    /**
     * This process's standard output, a line a record.
     *
     * @param format no array
     */
    record Stdout(BodyFormat format) implements Destination {}
}
