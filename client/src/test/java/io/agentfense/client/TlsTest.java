package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static Path certificate;
    private static LiveServer server;

    @BeforeAll
    static void start() throws Exception {
        certificate = directory.resolve("server.pem");
        Path key = directory.resolve("server.key");
        certify(certificate, key);
        server = LiveServer.start(
                directory, Map.of("server.tls.cert", certificate.toString(), "server.tls.key", key.toString()));
    }

    private static void certify(Path certificate, Path key) throws Exception {
        List<String> command = List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=server",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
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
        try (AgentFenseClient client = builder().trust(certificate).build();
                Sandbox sandbox = client.fromLocal(project.directory())
                        .preset(Presets.READ_ONLY)
                        .start()) {
            assertThat(sandbox.run("cat a").output()).isEqualTo("secret");
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsNotSpokenTo() throws Exception {
        Path other = directory.resolve("other.pem");
        certify(other, directory.resolve("other.key"));
        for (ClientBuilder builder : List.of(builder().tls(), builder().trust(other))) {
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
        Path mine = place.resolve("client.pem");
        Path key = place.resolve("client.key");
        certify(mine, key);
        Path stranger = place.resolve("stranger.pem");
        Path strangerKey = place.resolve("stranger.key");
        certify(stranger, strangerKey);
        Map<String, String> keys = Map.of(
                "server.tls.cert", certificate.toString(),
                "server.tls.key", directory.resolve("server.key").toString(),
                "server.tls.client_ca", mine.toString());
        Project project = Project.in(place.resolve("project")).file("a", "mutual");
        try (LiveServer asking = LiveServer.start(place, keys)) {
            ClientBuilder known = new ClientBuilder(Map.of())
                    .endpoint(asking.address())
                    .trust(certificate)
                    .certificate(mine, key);
            try (AgentFenseClient client = known.build();
                    Sandbox sandbox = client.fromLocal(project.directory())
                            .preset(Presets.READ_ONLY)
                            .start()) {
                assertThat(sandbox.run("cat a").output()).isEqualTo("mutual");
            }
            ClientBuilder nobody =
                    new ClientBuilder(Map.of()).endpoint(asking.address()).trust(certificate);
            ClientBuilder other = new ClientBuilder(Map.of())
                    .endpoint(asking.address())
                    .trust(certificate)
                    .certificate(stranger, strangerKey);
            for (ClientBuilder builder : List.of(nobody, other)) {
                try (AgentFenseClient client = builder.build()) {
                    assertThatThrownBy(client::sandboxes).isInstanceOf(ConnectionException.class);
                }
            }
        }
    }

    @Test
    void filesThatAreNoCertificateAndKeyAreRefused() {
        Path key = directory.resolve("server.key");
        assertThatThrownBy(() -> builder().certificate(key, key)).isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> builder().certificate(certificate, certificate))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("PKCS #8");
    }
}
