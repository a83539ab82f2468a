package io.agentfense.server.access;

import io.agentfense.server.config.AuthConfig;
import io.agentfense.server.config.AuthMode;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.UserTable;
import java.time.InstantSource;
import java.util.Optional;

/** Finds out who calls. Thread-safe. */
public final class Authenticator {
    private static final String SCHEME = "bearer ";
    /** Longer than any key or sensible token. */
    private static final int LONGEST = 16 * 1024;

    private final AuthMode mode;
    private final ApiKeys keys;
    private final Optional<JwtVerifier> tokens;
    private final UserTable users;

    /**
     * An authenticator for a configuration.
     *
     * @throws AccessException {@code Invalid} if the file of the issuer's keys can't be read
     */
    public Authenticator(AuthConfig config, Database database, InstantSource clock) throws AccessException {
        mode = config.mode();
        keys = new ApiKeys(database.apiKeys(), clock);
        tokens = config.jwt().isEmpty()
                ? Optional.empty()
                : Optional.of(JwtVerifier.of(config.jwt().get(), clock));
        users = database.users();
    }

    /**
     * Who sent a request.
     *
     * @param authorization the value of its {@code authorization} header, if it has one
     * @throws AccessException {@code Unauthenticated}, or {@code Denied} for a blocked user
     */
    public Caller authenticate(Optional<String> authorization) throws AccessException {
        if (mode == AuthMode.NONE) {
            return Caller.ANONYMOUS;
        }
        Caller caller = identify(credential(authorization));
        if (users.isBlocked(caller.userId())) {
            throw new AccessException.Denied("this user is blocked; ask an administrator");
        }
        return caller;
    }

    private static String credential(Optional<String> authorization) throws AccessException {
        String header = authorization.orElse("");
        if (header.isEmpty()) {
            throw new AccessException.Unauthenticated(
                    "credentials are missing; send the header 'authorization: Bearer KEY'");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) || header.length() > LONGEST) {
            throw new AccessException.Unauthenticated("the authorization header must be 'Bearer KEY'");
        }
        return header.substring(SCHEME.length()).strip();
    }

    private Caller identify(String credential) throws AccessException {
        if (ApiKeys.isMeant(credential)) {
            // One message for a wrong, a revoked and an expired key: it tells a thief nothing.
            return keys.check(credential)
                    .map(key -> new Caller(key.userId(), key.role(), true))
                    .orElseThrow(() -> new AccessException.Unauthenticated("the API key is not valid"));
        }
        if (tokens.isEmpty()) {
            throw new AccessException.Unauthenticated("the credentials are no API key");
        }
        return tokens.get().verify(credential);
    }
}
