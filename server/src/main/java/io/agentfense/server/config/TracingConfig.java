package io.agentfense.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code tracing}.
 *
 * @param endpoint whereto spans are sent, as OTLP over HTTP; nothing is traced without one
 * @param sampleRatio of the calls that are traced, from 0 to 1, where their client decides nothing
 * @param authorizationFile holds the value of the header {@code Authorization}
 * @param caFile authorities that the endpoint's certificate must be of, PEM; those of this machine without one
 * @param timeout for one attempt to send
 * @param intoSandbox whether commands are told the trace that they belong to
 */
public record TracingConfig(
        Optional<URI> endpoint,
        double sampleRatio,
        Optional<Path> authorizationFile,
        Optional<Path> caFile,
        Duration timeout,
        boolean intoSandbox) {}
