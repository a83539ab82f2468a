package io.agentfense.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Section {@code auth.jwt}.
 *
 * @param issuer exactly what a token's {@code iss} must be
 * @param audience what must be among a token's {@code aud}
 * @param keys where the issuer's public keys are
 * @param algorithms the names of RFC 7518 that are taken; none of them symmetric
 * @param userClaim the claim that names the user
 * @param roleClaim the claim that names the role, or several
 */
public record JwtConfig(
        String issuer, String audience, Keys keys, List<String> algorithms, String userClaim, String roleClaim) {
    /** Where a JSON Web Key Set is. */
    public sealed interface Keys {
        /** In a file, read anew when it changes. */
        record InFile(Path path) implements Keys {}

        /** At a URL, asked anew when a token names a key that is not known. */
        record AtUrl(URI url) implements Keys {}
    }
}
