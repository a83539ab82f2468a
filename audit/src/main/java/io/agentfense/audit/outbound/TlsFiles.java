package io.agentfense.audit.outbound;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What TLS needs to know of both sides. Immutable; holds names of files alone.
 *
 * @param caFile certificates, in PEM, to be taken instead of the usual authorities
 * @param identity what is shown to who asks for it
 */
public record TlsFiles(Optional<Path> caFile, Optional<Pair> identity) {
    /** The usual authorities, and nothing to show. */
    public static final TlsFiles USUAL = new TlsFiles(Optional.empty(), Optional.empty());

    /**
     * A certificate and its key.
     *
     * @param certificate with those that lead to its authority, in PEM
     * @param key PKCS #8 in PEM, without a password
     */
    public record Pair(Path certificate, Path key) {}
}
