package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentfense.api.v1.Codebase;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceStub;
import io.agentfense.api.v1.DownloadFileRequest;
import io.agentfense.api.v1.FileChunk;
import io.agentfense.api.v1.FileInfo;
import io.agentfense.api.v1.GetCodebaseRequest;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.UploadChunk;
import io.agentfense.api.v1.UploadResult;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files on their way into a codebase, over gRPC and REST: whole or not at all, and never elsewhere. */
class UploadTest {
    private static final int LARGEST = 1 << 20;

    @TempDir
    static Path directory;

    private static TestServer server;
    private String codebase;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of("storage.max_file_bytes", String.valueOf(LARGEST)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeCodebase() throws Exception {
        codebase = server.codebase(Map.of("kept", "before"));
    }

    private static UploadChunk data(ByteString bytes) {
        return UploadChunk.newBuilder().setData(bytes).build();
    }

    private static UploadChunk data(String text) {
        return data(ByteString.copyFromUtf8(text));
    }

    private UploadChunk.Metadata.Builder metadata(String path) {
        return UploadChunk.Metadata.newBuilder().setCodebaseId(codebase).setFilePath(path);
    }

    private static UploadChunk chunk(UploadChunk.Metadata.Builder metadata) {
        return UploadChunk.newBuilder().setMetadata(metadata).build();
    }

    /** Sends these chunks, and then the end. */
    private static CompletableFuture<UploadResult> send(UploadChunk... chunks) {
        CompletableFuture<UploadResult> outcome = new CompletableFuture<>();
        StreamObserver<UploadChunk> requests =
                server.client(CodebaseServiceStub.class).uploadFiles(observer(outcome));
        try {
            for (UploadChunk chunk : chunks) {
                requests.onNext(chunk);
            }
            requests.onCompleted();
        } catch (IllegalStateException e) {
            // It was refused before all of it was sent.
            return outcome;
        }
        return outcome;
    }

    private static StreamObserver<UploadResult> observer(CompletableFuture<UploadResult> outcome) {
        return new StreamObserver<>() {
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
        };
    }

    private static Status refusal(UploadChunk... chunks) {
        try {
            throw new AssertionError("it was not refused: " + send(chunks).join());
        } catch (CompletionException e) {
            return Status.fromThrowable(e.getCause());
        }
    }

    private static void assertRefused(String message, UploadChunk... chunks) {
        Status status = refusal(chunks);
        assertThat(status.getDescription()).startsWith(message);
        assertThat(status.getCode()).as(message).isEqualTo(Code.INVALID_ARGUMENT);
    }

    private List<String> names() {
        return server
                .codebases()
                .listFiles(ListFilesRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .setRecursive(true)
                        .build())
                .getFilesList()
                .stream()
                .map(FileInfo::getPath)
                .toList();
    }

    private Codebase record() {
        return server.codebases()
                .getCodebase(
                        GetCodebaseRequest.newBuilder().setCodebaseId(codebase).build());
    }

    private static List<String> staged() throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve("codebases/staging"))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private String url(String path) {
        return "/v1/codebases/" + codebase + "/files/" + path;
    }

    private void assertNothingCame() throws Exception {
        assertThat(names()).containsExactly("kept");
        assertThat(server.get(url("kept")).body()).isEqualTo("before");
        assertThat(record().getSize()).isEqualTo(6);
        assertThat(record().getFileCount()).isEqualTo(1);
        await().until(() -> staged().isEmpty());
    }

    @Test
    void chunksOutOfTheirOrderAreRefusedInTheWordsThatClientsKnow() throws Exception {
        assertRefused("metadata must be sent first", data("x"), chunk(metadata("a")));
        assertRefused("metadata already received", chunk(metadata("a")), data("x"), chunk(metadata("b")));
        assertRefused("no metadata received");
        assertRefused("codebase_id is required in metadata", chunk(metadata("a").setCodebaseId("")), data("x"));
        assertRefused("file_path is required in metadata", chunk(metadata("")), data("x"));
        assertRefused("a chunk holds metadata or data", chunk(metadata("a")), UploadChunk.getDefaultInstance());
        assertThat(refusal(chunk(metadata("a").setCodebaseId("cb_0000000000000000")), data("x")))
                .satisfies(status -> {
                    assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND);
                    assertThat(status.getDescription()).isEqualTo("codebase not found");
                });
        assertNothingCame();
    }

    @Test
    void whatCannotBeMeantIsRefusedWithTheField() throws Exception {
        assertRefused("total_size ", chunk(metadata("a").setTotalSize(-1)));
        assertRefused("total_size and resume_at ", chunk(metadata("a").setResumeAt(-1)));
        assertRefused("resume_at ", chunk(metadata("a").setResumeAt(1)));
        assertRefused("mode", chunk(metadata("a").setMode(01000)));
        assertRefused("sha256 ", chunk(metadata("a").setSha256("xyz")));
        assertNothingCame();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../escape.txt", "dir/../../escape.txt", "a/..", "/..", "a\0b", ".", "/"})
    void aPathThatIsNoneOfAFileIsRefused(String path) throws Exception {
        assertRefused("file_path ", chunk(metadata(path)), data("x"));
        assertNothingCame();
        assertThat(directory.resolve("codebases/files/escape.txt")).doesNotExist();
        assertThat(directory.resolve("codebases/escape.txt")).doesNotExist();
    }

    @Test
    void pathsThatAreTooLongAreRefused() throws Exception {
        for (String path : List.of("n".repeat(256), "d/".repeat(2048) + "x")) {
            assertRefused("file_path ", chunk(metadata(path)), data("x"));
            assertThat(server.put(url(path), "x").statusCode()).isIn(400, 414);
        }
        for (String path : List.of("..%2fx", "a%00b", "d%2f..%2f..%2fx", "%2e%2e/x")) {
            assertThat(server.put(url(path), "x").statusCode()).as(path).isBetween(400, 499);
        }
        assertNothingCame();
        assertThat(directory.resolve("codebases/files/x")).doesNotExist();
    }

    @Test
    void namesThatOnlyLookLikeAWayUpAreTaken() throws Exception {
        for (String path : List.of("..foo", "..a/b", "x/..y", "...", "/abs/x")) {
            assertThat(send(chunk(metadata(path)), data(path)).join().getSize()).isEqualTo(path.length());
            assertThat(server.get(url(path.replaceFirst("^/", ""))).body()).isEqualTo(path);
        }
    }

    @Test
    void aFileThatIsTooLargeIsCutOffAndLeavesNothing() throws Exception {
        UploadChunk megabyte = data(ByteString.copyFrom(new byte[LARGEST]));
        for (String path : List.of("new/file", "kept")) {
            assertRefused(
                    "the file is larger than the " + LARGEST,
                    chunk(metadata(path).setTotalSize(LARGEST + 1)));
            assertRefused("the file is larger than the " + LARGEST, chunk(metadata(path)), megabyte, data("x"));
            assertRefused(
                    "the file is larger than the " + LARGEST,
                    chunk(metadata(path).setSha256("0".repeat(64))),
                    megabyte,
                    data("x"));
            HttpResponse<String> response = server.put(url(path), "x".repeat(LARGEST + 1));
            assertThat(Face.refusal(response).getStatus()).satisfies(status -> {
                assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
                assertThat(status.getDescription()).startsWith("the file is larger than the " + LARGEST);
            });
        }
        assertNothingCame();
        assertThat(server.put(url("fits"), "x".repeat(LARGEST)).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNotWhatWasAnnouncedLeavesNothing() throws Exception {
        assertRefused("4 bytes came", chunk(metadata("kept").setTotalSize(5)), data("four"));
        assertRefused("more came", chunk(metadata("kept").setTotalSize(3)), data("four"));
        assertRefused("what came does not have", chunk(metadata("new").setSha256("0".repeat(64))), data("four"));
        HttpResponse<String> response = server.put(url("new") + "?sha256=" + "0".repeat(64), "four");
        assertThat(response.statusCode()).isEqualTo(400);
        assertNothingCame();
    }

    @Test
    void aClientThatGoesAwayInTheMiddleLeavesNothing() throws Exception {
        CompletableFuture<UploadResult> outcome = new CompletableFuture<>();
        StreamObserver<UploadChunk> requests =
                server.client(CodebaseServiceStub.class).uploadFiles(observer(outcome));
        requests.onNext(chunk(metadata("kept")));
        requests.onNext(data("half"));
        await().until(() -> !staged().isEmpty());
        requests.onError(Status.CANCELLED.asRuntimeException());
        assertNothingCame();

        String[] address = server.address().split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.getOutputStream()
                    .write(("PUT " + url("kept") + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> !staged().isEmpty());
        }
        assertNothingCame();
    }

    @Test
    void whatWentInComesOutWithItsChecksum() throws Exception {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        UploadResult result = send(
                        chunk(metadata("d/one").setTotalSize(content.length)),
                        data(ByteString.copyFrom(content, 0, 65_536)),
                        data(ByteString.copyFrom(content, 65_536, content.length - 65_536)))
                .join();
        assertThat(result.getCodebaseId()).isEqualTo(codebase);
        assertThat(result.getFilePath()).isEqualTo("d/one");
        assertThat(result.getSize()).isEqualTo(content.length);
        assertThat(result.getChecksum()).isEqualTo(md5);
        HttpResponse<String> put = server.send(server.request(url("d/two"))
                .PUT(BodyPublishers.ofByteArray(content))
                .build());
        assertThat(TestServer.json(put).get("checksum").asText()).isEqualTo(md5);
        assertThat(download("d/one")).isEqualTo(ByteString.copyFrom(content)).isEqualTo(download("d/two"));
        send(chunk(metadata("empty"))).join();
        assertThat(download("empty")).isEmpty();
        assertThat(server.get(url("empty")).body()).isEmpty();
    }

    private ByteString download(String path) {
        ByteString content = ByteString.empty();
        Iterator<FileChunk> chunks = server.codebases()
                .downloadFile(DownloadFileRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .setFilePath(path)
                        .build());
        while (chunks.hasNext()) {
            content = content.concat(chunks.next().getData());
        }
        return content;
    }

    @Test
    void anUploadCountsItselfAndDoesNotWalkTheRest() throws Exception {
        // One that the server was not told of: whoever walked the codebase would find it.
        Files.writeString(directory.resolve("codebases/files/" + codebase + "/unknown"), "0123456789");
        server.put(url("new"), "123");
        assertThat(record().getSize()).isEqualTo(9);
        assertThat(record().getFileCount()).isEqualTo(2);
        server.put(url("new"), "1");
        assertThat(record().getSize()).isEqualTo(7);
        assertThat(record().getFileCount()).isEqualTo(2);
    }

    @Test
    void manyUploadsAtOnceAreAllThereAndAllCounted() {
        List<CompletableFuture<UploadResult>> uploads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            uploads.add(send(chunk(metadata("d" + i % 3 + "/f" + i)), data("12345")));
        }
        uploads.forEach(CompletableFuture::join);
        assertThat(record().getFileCount()).isEqualTo(21);
        assertThat(record().getSize()).isEqualTo(106);
    }

    @Test
    void noUploadAndNoDownloadGoesThroughALinkOfTheSandbox() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret-" + codebase), "secret");
        String sandbox = server.sandbox(codebase, TestServer.ALL).getId();
        server.exec(sandbox, "ln -s " + secret + " link; ln -s " + directory + " up; mkdir d; ln -s d inside");
        for (String path : List.of("up/" + secret.getFileName(), "inside/x", "link/x")) {
            assertThat(refusal(chunk(metadata(path)), data("mine")).getCode())
                    .as(path)
                    .isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(server.put(url(path), "mine").statusCode()).as(path).isEqualTo(400);
            assertThat(server.get(url(path)).statusCode()).as(path).isBetween(400, 499);
        }
        assertThat(server.get(url("link")).body()).contains("regular file");
        send(chunk(metadata("link")), data("mine")).join();
        assertThat(secret).hasContent("secret");
        assertThat(server.get(url("link")).body()).isEqualTo("mine");
    }
}
