package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceStub;
import io.agentfense.api.v1.FileInfo;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.UploadChunk;
import io.agentfense.api.v1.UploadResult;
import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.server.http.ApiJson;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Credentials in uploads, by each way in: told with {@code warn}, refused with {@code block}, and never in an answer. */
class SecretUploadTest {
    /** In two parts, so that nobody finds one here. */
    private static final String TOKEN = "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e";

    private static final String CONTENT = "# keys\nstripe = \"" + TOKEN + "\"\n";
    private static final int MOST_TRIES = 500;
    private static final String SHOWN = "sk_l********";

    @TempDir
    static Path directory;

    private static TestServer server;
    private String codebase;

    /** The ways in which a file comes into a codebase. */
    enum Way {
        PUT,
        RESUMED_PUT,
        TAR,
        GRPC
    }

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private void with(String mode) throws Exception {
        server.daemon()
                .reload(TestServer.config(directory, Map.of("secrets.uploads", mode))
                        .config());
        codebase = server.codebase(Map.of("kept", "before"));
    }

    private JsonNode upload(Way way, String path, byte[] content) throws Exception {
        return switch (way) {
            case PUT ->
                json(server.send(server.request("/v1/codebases/" + codebase + "/files/" + path)
                        .PUT(BodyPublishers.ofByteArray(content))
                        .build()));
            case RESUMED_PUT -> resumed(path, content);
            case TAR -> json(archive(path, content));
            case GRPC -> TestServer.JSON.readTree(ApiJson.print(grpc(path, content)));
        };
    }

    /** The connection breaks within the secret, and the upload goes on behind that. */
    private JsonNode resumed(String path, byte[] content) throws Exception {
        int half = new String(content, StandardCharsets.ISO_8859_1).indexOf("live");
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        String url = "/v1/codebases/" + codebase + "/files/" + path + "?sha256=" + sum;
        breakOff(url, content, half);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            JsonNode answer = json(server.send(server.request(url + "&resume_at=" + half)
                    .PUT(BodyPublishers.ofByteArray(content, half, content.length - half))
                    .build()));
            String message = answer.path("message").asText();
            if (message.contains("bytes of this upload are here")) {
                // The connection's end overtook what had come.
                breakOff(url, content, half);
            } else if (!message.contains("under way")) {
                return answer;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("the server does not go on with an upload");
    }

    /** Sends so much of an upload, and hangs up. */
    private static void breakOff(String url, byte[] content, int length) throws IOException {
        URI address = URI.create("http://" + server.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("PUT %s HTTP/1.1\r\nhost: %s\r\ncontent-length: %d\r\n\r\n"
                    .formatted(url, server.address(), content.length)
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(content, 0, length);
            out.flush();
        }
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        assertThat(response.body()).doesNotContain(TOKEN);
        return TestServer.json(response);
    }

    private HttpResponse<String> archive(String path, byte[] content) throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.write(tree.resolve(path), content);
        Files.writeString(tree.resolve("clean"), "nothing\n");
        Path tar = directory.resolve("upload.tar");
        assertThat(new ProcessBuilder("tar", "-cf", tar.toString(), "-C", tree.toString(), ".")
                        .start()
                        .waitFor())
                .isZero();
        return server.send(server.request("/v1/codebases/" + codebase + "/archive")
                .header("content-type", "application/x-tar")
                .POST(BodyPublishers.ofFile(tar))
                .build());
    }

    private UploadResult grpc(String path, byte[] content) {
        CompletableFuture<UploadResult> outcome = new CompletableFuture<>();
        StreamObserver<UploadChunk> chunks = server.client(CodebaseServiceStub.class)
                .uploadFiles(new StreamObserver<>() {
                    @Override
                    public void onNext(UploadResult result) {
                        outcome.complete(result);
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        outcome.completeExceptionally(thrown);
                    }

                    @Override
                    public void onCompleted() {}
                });
        chunks.onNext(UploadChunk.newBuilder()
                .setMetadata(UploadChunk.Metadata.newBuilder()
                        .setCodebaseId(codebase)
                        .setFilePath(path))
                .build());
        chunks.onNext(
                UploadChunk.newBuilder().setData(ByteString.copyFrom(content)).build());
        chunks.onCompleted();
        return outcome.join();
    }

    private List<String> names() {
        return server
                .codebases()
                .listFiles(ListFilesRequest.newBuilder().setCodebaseId(codebase).build())
                .getFilesList()
                .stream()
                .map(FileInfo::getName)
                .toList();
    }

    private List<AuditEvent> told() throws IOException {
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            return reader.list(AuditQuery.ALL.of(Set.of("secret_found"))).stream()
                    .map(AuditRecord::event)
                    .filter(event -> codebase.equals(event.fields().get("codebase_id")))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withWarnTheFileIsThereAndTheSecretIsToldAndWrittenDown(Way way) throws Exception {
        with("warn");
        JsonNode answer = upload(way, "keys.py", CONTENT.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.get("secretCount").asLong()).isEqualTo(1);
        JsonNode secret = answer.get("secrets").get(0);
        assertThat(secret.get("path").asText()).isEqualTo("keys.py");
        assertThat(secret.get("line").asLong()).isEqualTo(2);
        assertThat(secret.get("rule").asText()).isEqualTo("stripe-key");
        assertThat(secret.get("masked").asText()).isEqualTo(SHOWN);
        assertThat(names()).contains("keys.py");
        assertThat(told())
                .singleElement()
                .satisfies(event -> assertThat(event.fields())
                        .containsEntry("codebase_id", codebase)
                        .containsEntry("path", "keys.py")
                        .containsEntry("rule", "stripe-key")
                        .containsEntry("line", 2L)
                        .containsEntry("outcome", "warned"));
        assertNothingHoldsTheSecret();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GRPC")
    void withBlockNothingOfTheUploadIsThere(Way way) throws Exception {
        with("block");
        JsonNode answer = upload(way, "keys.py", CONTENT.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.get("message").asText()).contains("keys.py has a secret in line 2 (stripe-key)");
        assertBlocked();
    }

    @Test
    void withBlockNothingOfAnUploadOverGrpcIsThere() throws Exception {
        with("block");
        assertThatThrownBy(() -> grpc("keys.py", CONTENT.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(CompletionException.class)
                .satisfies(e -> {
                    Status status = Status.fromThrowable(e.getCause());
                    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(status.getDescription())
                            .contains("keys.py has a secret in line 2 (stripe-key)")
                            .doesNotContain(TOKEN);
                });
        assertBlocked();
    }

    private void assertBlocked() throws IOException {
        assertThat(names()).containsExactly("kept");
        try (Stream<Path> staged = Files.list(directory.resolve("codebases/staging"))) {
            assertThat(staged).isEmpty();
        }
        assertThat(told())
                .singleElement()
                .satisfies(event -> assertThat(event.fields()).containsEntry("outcome", "refused"));
        assertNothingHoldsTheSecret();
    }

    /** Neither the audit log nor the store keeps any of it. */
    private void assertNothingHoldsTheSecret() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*/(codebases|tree|upload[.]tar).*"))
                    .toList()) {
                assertThat(Files.readAllBytes(file))
                        .as(file.toString())
                        .satisfies(bytes -> assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                                .doesNotContain(TOKEN));
            }
        }
    }

    @Test
    void withBlockAFileThatWasMadeToCostMuchIsRefusedToo() throws Exception {
        with("block");
        JsonNode answer = upload(Way.PUT, "costly", "glrt-".repeat(150_000).getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.get("message").asText()).contains("costly can't be scanned to its end");
        assertThat(names()).containsExactly("kept");
    }

    @Test
    void withOffNobodyLooks() throws Exception {
        with("off");
        JsonNode answer = upload(Way.PUT, "keys.py", CONTENT.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.get("secrets")).isEmpty();
        assertThat(told()).isEmpty();
    }
}
