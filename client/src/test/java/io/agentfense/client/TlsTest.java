package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.testing.CertificateAuthority;
import io.agentfense.testing.CertifiedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS a client speaks with the server that it trusts, and with no other. */
class TlsTest {
    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static CertificateAuthority others;
    private static CertifiedKey certified;
    private static LiveServer server;

    @BeforeAll
    static void start() throws Exception {
        authority = CertificateAuthority.in(directory.resolve("authority"));
        others = CertificateAuthority.in(directory.resolve("others"));
        certified = authority.issue("server", "IP:127.0.0.1");
        server = LiveServer.start(directory, keys());
    }

    private static Map<String, String> keys() {
        return Map.of(
                "server.tls.cert",
                certified.certificate().toString(),
                "server.tls.key",
                certified.key().toString());
    }

    @AfterAll
    static void end() throws InterruptedException {
        server.close();
    }

    private static ClientBuilder builder() {
        return new ClientBuilder(Map.of()).endpoint(server.address());
    }

    @Test
    void callsAndUploadsGoOverTls() throws IOException {
        Project project = Project.in(directory.resolve("project")).file("a", "secret");
        try (AgentFenseClient client = builder().trust(authority.certificate()).build();
                Sandbox sandbox = client.fromLocal(project.directory())
                        .preset(Presets.READ_ONLY)
                        .start()) {
            assertThat(sandbox.run("cat a").output()).isEqualTo("secret");
        }
    }

    @Test
    void theServersOwnCertificateIsEnoughToTrustIt() throws IOException {
        try (AgentFenseClient client = builder().trust(certified.certificate()).build()) {
            assertThatCode(client::sandboxes).doesNotThrowAnyException();
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsNotSpokenTo() throws Exception {
        for (ClientBuilder builder : List.of(builder().tls(), builder().trust(others.certificate()))) {
            try (AgentFenseClient client = builder.build()) {
                assertThatThrownBy(client::sandboxes)
                        .isInstanceOf(ConnectionException.class)
                        .hasMessageMatching("(?s).*(certification path|trust anchors).*");
            }
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        assertThatThrownBy(() -> builder().trust(empty).build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(empty.toString());
    }

    @Test
    void aServerThatAsksForACertificateHearsNobodyWithoutAndTakesCallsAndUploadsOfTheRest() throws Exception {
        Path place = Files.createDirectory(directory.resolve("mutual"));
        CertifiedKey mine = authority.issue("mine", "DNS:client");
        CertifiedKey stranger = others.issue("stranger", "DNS:client");
        Map<String, String> keys = new HashMap<>(keys());
        keys.put("server.tls.client_ca", authority.certificate().toString());
        Project project = Project.in(place.resolve("project")).file("a", "mutual");
        try (LiveServer asking = LiveServer.start(place, keys)) {
            ClientBuilder known = new ClientBuilder(Map.of())
                    .endpoint(asking.address())
                    .trust(authority.certificate())
                    .certificate(mine.certificate(), mine.key());
            try (AgentFenseClient client = known.build();
                    Sandbox sandbox = client.fromLocal(project.directory())
                            .preset(Presets.READ_ONLY)
                            .start()) {
                assertThat(sandbox.run("cat a").output()).isEqualTo("mutual");
            }
            ClientBuilder nobody =
                    new ClientBuilder(Map.of()).endpoint(asking.address()).trust(authority.certificate());
            ClientBuilder other = new ClientBuilder(Map.of())
                    .endpoint(asking.address())
                    .trust(authority.certificate())
                    .certificate(stranger.certificate(), stranger.key());
            for (ClientBuilder builder : List.of(nobody, other)) {
                try (AgentFenseClient client = builder.build()) {
                    assertThatThrownBy(client::sandboxes).isInstanceOf(ConnectionException.class);
                }
            }
        }
    }

    @Test
    void filesThatAreNoCertificateAndKeyAreRefused() {
        Path certificate = certified.certificate();
        Path key = certified.key();
        assertThatThrownBy(() -> builder().certificate(key, key)).isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> builder().certificate(certificate, certificate))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("PKCS #8");
    }
}
