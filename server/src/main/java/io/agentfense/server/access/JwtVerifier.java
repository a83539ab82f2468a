package io.agentfense.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.agentfense.server.config.JwtConfig;
import io.agentfense.server.store.Role;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Verifies tokens of an identity provider: signature, algorithm, issuer, audience, times. Thread-safe. */
final class JwtVerifier {
    private final DefaultJWTProcessor<SecurityContext> processor;
    private final JwtConfig config;

    private JwtVerifier(DefaultJWTProcessor<SecurityContext> processor, JwtConfig config) {
        this.processor = processor;
        this.config = config;
    }

    static JwtVerifier of(JwtConfig config, InstantSource clock) throws AccessException {
        Set<JWSAlgorithm> algorithms =
                config.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toUnmodifiableSet());
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, KeySource.of(config.keys())));
        processor.setJWTClaimsSetVerifier(new Claims(config, clock));
        return new JwtVerifier(processor, config);
    }

    /** With the server's clock; a minute of difference between two clocks is forgiven. */
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final InstantSource clock;

        Claims(JwtConfig config, InstantSource clock) {
            super(
                    config.audience(),
                    new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                    Set.of("exp", config.userClaim()));
            this.clock = clock;
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }

    /** Who a token says that the caller is. */
    Caller verify(String token) throws AccessException {
        JWTClaimsSet claims;
        try {
            claims = processor.process(token, null);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            // Why exactly is in no answer: it could quote the token.
            throw new AccessException.Unauthenticated("the token is not valid");
        }
        String user = text(claims, config.userClaim());
        if (!UserName.isValid(user)) {
            throw new AccessException.Unauthenticated("the token's claim '" + config.userClaim() + "' names no user");
        }
        return new Caller(user, role(claims.getClaim(config.roleClaim())), true);
    }

    private static String text(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof String text ? text : "";
    }

    /** The greatest of the roles that a claim names; words of other systems are passed over. */
    private static Role role(Object claim) {
        Collection<?> words =
                claim instanceof Collection<?> several ? several : claim == null ? List.of() : List.of(claim);
        if (names(words, Role.ADMIN)) {
            return Role.ADMIN;
        }
        return names(words, Role.AUDITOR) ? Role.AUDITOR : Role.USER;
    }

    private static boolean names(Collection<?> words, Role role) {
        return words.contains(role.name().toLowerCase(Locale.ROOT));
    }
}
