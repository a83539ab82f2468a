package io.agentfense.server;

import static io.agentfense.server.TestServer.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.Denial;
import io.agentfense.api.ours.v1.Entry;
import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceBlockingStub;
import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceStub;
import io.agentfense.api.ours.v1.ListDenialsRequest;
import io.agentfense.api.ours.v1.ListDirectoryRequest;
import io.agentfense.api.ours.v1.MakeDirectoryRequest;
import io.agentfense.api.ours.v1.MoveRequest;
import io.agentfense.api.ours.v1.ReadFileRequest;
import io.agentfense.api.ours.v1.RemoveRequest;
import io.agentfense.api.ours.v1.RuleServiceGrpc.RuleServiceBlockingStub;
import io.agentfense.api.ours.v1.SearchRequest;
import io.agentfense.api.ours.v1.StatFileRequest;
import io.agentfense.api.ours.v1.WatchEvent;
import io.agentfense.api.ours.v1.WatchRequest;
import io.agentfense.api.ours.v1.WriteFileRequest;
import io.agentfense.api.v1.Permission;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as a sandbox sees them, through the server. */
class FilesTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of("src/a.txt", "hello\nworld\n", ".env", "SECRET=1", "locked", "x"));
        sandbox = server.sandbox(
                        codebase,
                        TestServer.ALL,
                        rule("**/.env", Permission.PERMISSION_NONE, 10),
                        rule("/locked", Permission.PERMISSION_VIEW, 10))
                .getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static FileServiceBlockingStub files() {
        return server.client(FileServiceBlockingStub.class);
    }

    private static String read(String path) {
        ByteString content = ByteString.empty();
        var pieces = files().readFile(ReadFileRequest.newBuilder()
                .setSandboxId(sandbox)
                .setPath(path)
                .build());
        while (pieces.hasNext()) {
            content = content.concat(pieces.next().getData());
        }
        return content.toStringUtf8();
    }

    private static Collected<Entry> write(String path, String content) {
        return write(sandbox, path, content);
    }

    private static Collected<Entry> write(String sandbox, String path, String content) {
        Collected<Entry> answer = new Collected<>();
        StreamObserver<WriteFileRequest> requests =
                server.client(FileServiceStub.class).writeFile(answer);
        requests.onNext(WriteFileRequest.newBuilder()
                .setTarget(WriteFileRequest.Target.newBuilder()
                        .setSandboxId(sandbox)
                        .setPath(path))
                .build());
        requests.onNext(WriteFileRequest.newBuilder()
                .setData(ByteString.copyFromUtf8(content))
                .build());
        requests.onCompleted();
        await().until(answer::isDone);
        return answer;
    }

    private static Status.Code code(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void whatIsHiddenIsNotThereAndWhatIsWithheldIsDenied() {
        assertThat(read("/workspace/src/a.txt")).isEqualTo("hello\nworld\n");
        assertThat(read("src/a.txt")).isEqualTo("hello\nworld\n");
        assertThat(code(() -> read(".env"))).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(code(() -> read("absent"))).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(code(() -> read("locked"))).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(files().statFile(StatFileRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setPath("locked")
                                .build())
                        .getSize())
                .isEqualTo(1);
        assertThat(files().listDirectory(ListDirectoryRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setDepth(3)
                                .build())
                        .getEntriesList())
                .extracting(Entry::getName)
                .contains("src", "a.txt", "locked")
                .doesNotContain(".env");
    }

    @Test
    void nothingOutsideTheWorkspaceIsReached() {
        for (String path :
                new String[] {"/etc/passwd", "../etc/passwd", "/workspace/../etc/passwd", "/proc/self/environ"}) {
            assertThat(code(() -> read(path))).as(path).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        server.exec(sandbox, "ln -s /etc/passwd leaving");
        assertThat(code(() -> read("leaving"))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        server.exec(sandbox, "rm leaving");
    }

    @Test
    void writesAreSeenInsideAndCommitted() throws Exception {
        assertThat(write("new/deep/file", "content").last().getSize()).isEqualTo(7);
        assertThat(server.exec(sandbox, "cat new/deep/file").getStdout()).isEqualTo("content");
        assertThat(server.get("/v1/codebases/" + codebase + "/files/new/deep/file")
                        .body())
                .isEqualTo("content");
        files().makeDirectory(MakeDirectoryRequest.newBuilder()
                .setSandboxId(sandbox)
                .setPath("d")
                .build());
        files().move(MoveRequest.newBuilder()
                .setSandboxId(sandbox)
                .setFromPath("new/deep/file")
                .setToPath("d/moved")
                .build());
        assertThat(read("d/moved")).isEqualTo("content");
        files().remove(RemoveRequest.newBuilder()
                .setSandboxId(sandbox)
                .setPath("d")
                .setRecursive(true)
                .build());
        assertThat(code(() -> read("d/moved"))).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aRefusedWriteIsNotedWithTheNameThatWasAskedFor() {
        String strict = server.sandbox(codebase, rule("**/*", Permission.PERMISSION_READ, 0))
                .getId();
        for (String path : new String[] {"src/a.txt", "src/new.txt"}) {
            assertThat(write(strict, path, "x").refusal().getCode()).as(path).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
        assertThat(server.client(RuleServiceBlockingStub.class)
                        .listDenials(ListDenialsRequest.newBuilder()
                                .setSandboxId(strict)
                                .build())
                        .getDenialsList())
                .extracting(Denial::getPath)
                .containsExactlyInAnyOrder("/workspace/src/a.txt", "/workspace/src/new.txt");
        assertThat(server.exec(strict, "ls -A src").getStdout()).isEqualTo("a.txt\n");
    }

    @Test
    void aNameThatMayBeWrittenWhereNothingElseMayIsWritten() {
        String narrow = server.sandbox(
                        codebase,
                        rule("**/*", Permission.PERMISSION_READ, 0),
                        rule("/src/report", Permission.PERMISSION_WRITE, 10))
                .getId();
        for (String content : new String[] {"the first, and longer", "the second"}) {
            assertThat(write(narrow, "src/report", content).last().getSize()).isEqualTo(content.length());
            assertThat(server.exec(narrow, "cat src/report").getStdout()).isEqualTo(content);
        }
        assertThat(server.exec(narrow, "ls -A src").getStdout()).isEqualTo("a.txt\nreport\n");
    }

    @Test
    void searchesFindNamesAndLines() {
        var lines = files().search(SearchRequest.newBuilder()
                .setSandboxId(sandbox)
                .setText("world")
                .build());
        assertThat(lines.getMatchesList()).singleElement().satisfies(match -> {
            assertThat(match.getPath()).endsWith("src/a.txt");
            assertThat(match.getLine()).isEqualTo(2);
        });
        assertThat(files().search(SearchRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setText("SECRET")
                                .build())
                        .getMatchesList())
                .isEmpty();
        assertThat(files().search(SearchRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setName("*.txt")
                                .build())
                        .getMatchesList())
                .hasSize(1);
    }

    @Test
    void aWatchOfWhatIsNotThereIsRefusedAsAReadIs() {
        for (String path : new String[] {"absent", ".env"}) {
            assertThat(code(() -> watch(path))).as(path).isEqualTo(Status.Code.NOT_FOUND);
        }
        assertThat(code(() -> watch("src/a.txt"))).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(code(() -> watch("/etc"))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private static void watch(String path) {
        files().watch(WatchRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setPath(path)
                        .build())
                .next();
    }

    @Test
    void aWatchTellsWhatChanges() {
        Collected<WatchEvent> events = new Collected<>();
        server.client(FileServiceStub.class)
                .watch(
                        WatchRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setPath("src")
                                .build(),
                        events);
        await().until(() -> events.has(event -> event.getKind() == WatchEvent.Kind.READY));
        server.exec(sandbox, "echo x > src/watched");
        await().until(() -> events.has(event -> event.getPath().endsWith("watched")));
    }
}
