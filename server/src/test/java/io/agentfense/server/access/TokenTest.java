package io.agentfense.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.agentfense.server.config.AuthConfig;
import io.agentfense.server.config.AuthMode;
import io.agentfense.server.config.JwtConfig;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an identity provider, which the tests are. */
class TokenTest {
    private static final Instant NOW = Instant.parse("2026-02-03T12:00:00Z");
    private static RSAKey rsa;
    private static ECKey ec;
    private static RSAKey strange;

    @TempDir
    Path directory;

    private Database database;
    private Path keySet;
    private Authenticator authenticator;

    @BeforeAll
    static void makeKeys() throws JOSEException {
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        strange = new RSAKeyGenerator(2048).keyID("rsa").generate();
    }

    @BeforeEach
    void open() throws Exception {
        database = Database.open(directory.resolve("metadata.db").toString());
        keySet = directory.resolve("jwks.json");
        publish(rsa, ec);
        authenticator = authenticator(new JwtConfig.Keys.InFile(keySet));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Authenticator authenticator(JwtConfig.Keys keys) throws AccessException {
        JwtConfig jwt = new JwtConfig("https://idp", "agentfense", keys, List.of("RS256", "ES256"), "sub", "groups");
        return new Authenticator(new AuthConfig(AuthMode.REQUIRED, Optional.of(jwt)), database, () -> NOW);
    }

    private void publish(JWK... keys) throws Exception {
        Files.writeString(keySet, new JWKSet(List.of(keys)).toString(true));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://idp")
                .audience(List.of("other", "agentfense"))
                .subject("ann")
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }

    private static String sign(JWTClaimsSet claims, JWSAlgorithm algorithm, String keyId, JWSSigner signer)
            throws JOSEException {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(claims.build(), JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa));
    }

    private Caller call(String token) throws AccessException {
        return authenticator.authenticate(Optional.of("Bearer " + token));
    }

    @Test
    void aTokenOfTheIssuerSaysWhoCallsAndInWhatRole() throws Exception {
        assertThat(call(signed(claims()))).isEqualTo(new Caller("ann", Role.USER, true));
        assertThat(call(sign(claims().build(), JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)))
                        .userId())
                .isEqualTo("ann");
        assertThat(call(signed(claims().claim("groups", "auditor"))).role()).isEqualTo(Role.AUDITOR);
        assertThat(call(signed(claims().claim("groups", List.of("x", "auditor", "admin"))))
                        .role())
                .isEqualTo(Role.ADMIN);
        assertThat(call(signed(claims().claim("groups", List.of("administrators", "ADMIN"))))
                        .role())
                .isEqualTo(Role.USER);
        assertThat(call(signed(claims().claim("groups", 7))).role()).isEqualTo(Role.USER);
    }

    @Test
    void noOtherTokenIsTaken() throws Exception {
        byte[] publicKey = rsa.toPublicKey().getEncoded();
        String good = signed(claims());
        List<String> tokens = List.of(
                signed(claims().issuer("https://idp/")),
                signed(claims().issuer(null)),
                signed(claims().audience("other")),
                signed(claims().audience((String) null)),
                signed(claims().expirationTime(Date.from(NOW.minus(Duration.ofMinutes(2))))),
                signed(claims().expirationTime(null)),
                signed(claims().notBeforeTime(Date.from(NOW.plus(Duration.ofMinutes(2))))),
                signed(claims().subject(null)),
                signed(claims().subject("")),
                signed(claims().subject("a\nb")),
                sign(claims().build(), JWSAlgorithm.RS256, "rsa", new RSASSASigner(strange)),
                sign(claims().build(), JWSAlgorithm.RS512, "rsa", new RSASSASigner(rsa)),
                sign(claims().build(), JWSAlgorithm.RS256, "unknown", new RSASSASigner(rsa)),
                // The public key as the secret of a symmetric signature.
                sign(claims().build(), JWSAlgorithm.HS256, "rsa", new MACSigner(publicKey)),
                new PlainJWT(claims().build()).serialize(),
                good.substring(0, good.lastIndexOf('.') + 1),
                good.substring(0, good.length() - 10) + "AAAAAAAAAA",
                "x.y.z",
                "");
        for (String token : tokens) {
            assertThatThrownBy(() -> call(token))
                    .as(token)
                    .isInstanceOf(AccessException.Unauthenticated.class)
                    .hasMessageNotContaining("eyJ");
        }
    }

    @Test
    void aBlockedUsersTokenIsRefused() throws Exception {
        database.users().block("ann", "", NOW);
        assertThatThrownBy(() -> call(signed(claims()))).isInstanceOf(AccessException.Denied.class);
    }

    @Test
    void keysThatChangeInTheFileChangeForCallers() throws Exception {
        String old = signed(claims());
        call(old);
        publish(ec);
        Files.setLastModifiedTime(keySet, FileTime.from(NOW));
        assertThatThrownBy(() -> call(old)).isInstanceOf(AccessException.Unauthenticated.class);
        call(sign(claims().build(), JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)));
        Files.writeString(keySet, "half a fi");
        call(sign(claims().build(), JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)));
    }

    @Test
    void aFileWithoutKeysIsAnErrorAtTheStart() throws Exception {
        Files.writeString(keySet, "nothing");
        assertThatThrownBy(() -> authenticator(new JwtConfig.Keys.InFile(keySet)))
                .isInstanceOf(AccessException.Invalid.class)
                .hasMessageContaining("jwks_file");
    }

    @Test
    void keysAreFetchedFromAUrl() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = new JWKSet(rsa.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            authenticator = authenticator(new JwtConfig.Keys.AtUrl(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys")));
            assertThat(call(signed(claims())).userId()).isEqualTo("ann");
        } finally {
            server.stop(0);
        }
    }
}
