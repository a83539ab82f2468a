package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.TlsKeyPair;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.testing.CertificateAuthority;
import io.agentfense.testing.CertifiedKey;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server over TLS, with and without certificates of its clients. */
class TlsTest {
    @TempDir
    Path directory;

    private CertificateAuthority authority;
    private CertifiedKey certified;

    @BeforeEach
    void makeCertificates() throws Exception {
        authority = CertificateAuthority.in(directory.resolve("certificates"));
        certified = authority.issue("server", "IP:127.0.0.1");
    }

    private TestServer start(Map<String, String> more) throws Exception {
        Map<String, String> keys = new HashMap<>(Map.of(
                "server.tls.cert", certified.certificate().toString(),
                "server.tls.key", certified.key().toString()));
        keys.putAll(more);
        return TestServer.start(directory, keys);
    }

    private TestServer startMutual() throws Exception {
        return start(Map.of("server.tls.client_ca", authority.certificate().toString()));
    }

    private ClientFactoryBuilder trusting() {
        return ClientFactory.builder()
                .tlsCustomizer(
                        context -> context.trustManager(authority.certificate().toFile()));
    }

    private static TlsKeyPair client(CertificateAuthority of) throws Exception {
        CertifiedKey client = of.issue("client", "DNS:client");
        return TlsKeyPair.of(client.key().toFile(), client.certificate().toFile());
    }

    private static int rest(TestServer server, ClientFactory factory) {
        return WebClient.builder("https://" + server.address())
                .factory(factory)
                .build()
                .get("/v1/codebases")
                .aggregate()
                .join()
                .status()
                .code();
    }

    private static void grpc(TestServer server, ClientFactory factory) {
        GrpcClients.builder("gproto+https://" + server.address())
                .factory(factory)
                .build(CodebaseServiceBlockingStub.class)
                .listCodebases(ListCodebasesRequest.getDefaultInstance());
    }

    private static void assertRefused(TestServer server, ClientFactory factory) {
        assertThatThrownBy(() -> rest(server, factory)).isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> grpc(server, factory))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void restAndGrpcAnswerOverTls() throws Exception {
        try (TestServer server = start(Map.of());
                ClientFactory factory = trusting().build()) {
            assertThat(rest(server, factory)).isEqualTo(200);
            grpc(server, factory);
        }
    }

    @Test
    void withTlsNothingIsAnsweredInPlainText() throws Exception {
        try (TestServer server = start(Map.of())) {
            assertThat(Raw.request(server.address(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .doesNotContain("HTTP/1.1 200")
                    .doesNotContain("ok");
        }
    }

    @Test
    void aClientWithACertificateOfTheAuthorityIsLetIn() throws Exception {
        try (TestServer server = startMutual();
                ClientFactory factory = trusting().tls(client(authority)).build()) {
            assertThat(rest(server, factory)).isEqualTo(200);
            grpc(server, factory);
        }
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws Exception {
        try (TestServer server = startMutual();
                ClientFactory factory = trusting().build()) {
            assertRefused(server, factory);
        }
    }

    @Test
    void aClientWithACertificateOfAnotherAuthorityIsRefused() throws Exception {
        CertificateAuthority others = CertificateAuthority.in(directory.resolve("others"));
        try (TestServer server = startMutual();
                ClientFactory factory = trusting().tls(client(others)).build()) {
            assertRefused(server, factory);
        }
    }
}
