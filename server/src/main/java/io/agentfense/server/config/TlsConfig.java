package io.agentfense.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code server.tls}; all files are PEM.
 *
 * @param certificate the server's chain
 * @param key its private key, PKCS #8
 * @param clientAuthority if clients must have a certificate: the authorities that sign them
 */
public record TlsConfig(Path certificate, Path key, Optional<Path> clientAuthority) {}
