package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.ListCodebasesRequest;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that listens on a socket of the file system. */
class UnixSocketTest {
    @TempDir
    Path directory;

    private Path socket;

    @BeforeEach
    void place() {
        socket = directory.resolve("socket");
    }

    private TestServer start() throws Exception {
        return TestServer.start(directory, Map.of("server.grpc_addr", "unix:" + socket));
    }

    private String authority() {
        return DomainSocketAddress.of(socket).authority();
    }

    @Test
    void itSpeaksBothGrpcAndRest() throws Exception {
        TestServer server = start();
        try {
            assertThat(GrpcClients.newClient("gproto+http://" + authority(), CodebaseServiceBlockingStub.class)
                            .listCodebases(ListCodebasesRequest.getDefaultInstance())
                            .getCodebasesList())
                    .isEmpty();
            assertThat(WebClient.of("http://" + authority())
                            .blocking()
                            .get("/v1/codebases")
                            .contentUtf8())
                    .contains("codebases");
        } finally {
            server.close();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void nobodyButItsOwnerConnects() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        TestServer server = start();
        try {
            assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(curl("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"))
                    .contains("Permission denied");
            assertThat(curl("env")).contains("\"ok\"");
        } finally {
            server.close();
        }
    }

    private String curl(String... as) throws IOException {
        String command = String.join(" ", as) + " curl -sv --unix-socket " + socket + " http://localhost/healthz 2>&1";
        Process process = new ProcessBuilder("sh", "-c", command).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatAKilledServerLeftIsReplaced() throws Exception {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        start().close();
    }

    @Test
    void aServerThatListensThereIsLeftAlone() throws Exception {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageContaining("listens on unix:");
            assertThat(socket).exists();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(socket, "notes");
        assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageContaining("it is no socket");
        assertThat(socket).hasContent("notes");
    }
}
