package io.agentfense.server.config;

import java.util.Optional;

/**
 * Section {@code server}.
 *
 * @param grpcAddress of gRPC
 * @param httpAddress of REST, which may be the same; empty for gRPC alone
 * @param insecure whether it may listen beyond this machine without authentication
 * @param tls if connections are encrypted
 */
public record ListenConfig(
        ListenAddress grpcAddress, Optional<ListenAddress> httpAddress, boolean insecure, Optional<TlsConfig> tls) {}
