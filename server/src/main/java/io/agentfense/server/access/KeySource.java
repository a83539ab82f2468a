package io.agentfense.server.access;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.agentfense.server.config.JwtConfig;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.concurrent.TimeUnit;

/** Where the identity provider's public keys come from. Stateless. */
final class KeySource {
    private static final int CONNECT_MILLIS = 2000;
    private static final int READ_MILLIS = 3000;
    private static final int LARGEST = 1 << 20;

    private KeySource() {}

    static JWKSource<SecurityContext> of(JwtConfig.Keys keys) throws AccessException {
        return switch (keys) {
            case JwtConfig.Keys.InFile(Path path) -> file(path);
            case JwtConfig.Keys.AtUrl(URI url) -> url(url);
        };
    }

    private static JWKSource<SecurityContext> file(Path path) throws AccessException {
        try {
            KeyFile file = new KeyFile(path);
            return (selector, _) -> selector.select(file.keys());
        } catch (IOException | ParseException e) {
            throw new AccessException.Invalid(
                    "auth.jwt.jwks_file: " + path + " can't be read as a JSON Web Key Set: " + e.getMessage());
        }
    }

    /** Cached, asked anew for a key that is not known, at most every half minute; an outage leaves the old ones valid. */
    private static JWKSource<SecurityContext> url(URI url) throws AccessException {
        try {
            return JWKSourceBuilder.<SecurityContext>create(
                            url.toURL(), new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LARGEST))
                    .retrying(true)
                    .outageTolerant(TimeUnit.HOURS.toMillis(1))
                    .build();
        } catch (MalformedURLException e) {
            throw new AccessException.Invalid("auth.jwt.jwks_url: " + url + " is no URL");
        }
    }
}
