package io.agentfense.server;

import static io.agentfense.server.TestServer.rule;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.agentfense.api.v1.Codebase;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DeleteCodebaseRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.DestroySessionRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.FileInfo;
import io.agentfense.api.v1.GetCodebaseRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.api.v1.ListCodebasesResponse;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.ListSandboxesResponse;
import io.agentfense.api.v1.ListSessionsRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.Session;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.api.v1.SessionStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs written for the API rely on: the life of everything it has, over gRPC and over REST alike. */
class ContractTest {
    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Codebase codebase(Face face, String owner) {
        return face.call(
                server,
                CodebaseServiceGrpc.getCreateCodebaseMethod(),
                CreateCodebaseRequest.newBuilder()
                        .setName("project")
                        .setOwnerId(owner)
                        .build());
    }

    private static CreateSandboxRequest.Builder sandboxOf(Codebase codebase) {
        return CreateSandboxRequest.newBuilder().setCodebaseId(codebase.getId()).addPermissions(TestServer.ALL);
    }

    private static Sandbox create(Face face, CreateSandboxRequest.Builder request) {
        return face.call(server, SandboxServiceGrpc.getCreateSandboxMethod(), request.build());
    }

    private static Sandbox start(Face face, String id) {
        return face.call(
                server,
                SandboxServiceGrpc.getStartSandboxMethod(),
                StartSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static Sandbox stop(Face face, String id) {
        return face.call(
                server,
                SandboxServiceGrpc.getStopSandboxMethod(),
                StopSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static Sandbox get(Face face, String id) {
        return face.call(
                server,
                SandboxServiceGrpc.getGetSandboxMethod(),
                GetSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static void destroy(Face face, String id) {
        face.call(
                server,
                SandboxServiceGrpc.getDestroySandboxMethod(),
                DestroySandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static ExecResult exec(Face face, String id, String command) {
        return face.call(
                server,
                SandboxServiceGrpc.getExecMethod(),
                ExecRequest.newBuilder().setSandboxId(id).setCommand(command).build());
    }

    private static List<FileInfo> files(Face face, Codebase codebase, String path, boolean recursive) {
        return face.call(
                        server,
                        CodebaseServiceGrpc.getListFilesMethod(),
                        ListFilesRequest.newBuilder()
                                .setCodebaseId(codebase.getId())
                                .setPath(path)
                                .setRecursive(recursive)
                                .build())
                .getFilesList();
    }

    private static <Q extends Message, A extends Message> void assertRefused(
            Face face, Code code, String message, MethodDescriptor<Q, A> method, Q request) {
        var status = face.refusal(server, method, request);
        assertThat(status.getDescription()).as("%s", request).isEqualTo(message);
        assertThat(status.getCode()).as(message).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource
    void aSandboxIsMadeStartedUsedStoppedAndDestroyed(Face face) throws Exception {
        Codebase codebase = codebase(face, "ann");
        assertThat(codebase.getId()).matches("cb_[0-9a-f]{16}");
        server.put("/v1/codebases/" + codebase.getId() + "/files/hello.txt", "Hello");
        assertThat(files(face, codebase, "", true)).singleElement().satisfies(file -> {
            assertThat(file.getPath()).isEqualTo("hello.txt");
            assertThat(file.getSize()).isEqualTo(5);
        });

        Sandbox made = create(
                face,
                sandboxOf(codebase)
                        .putLabels("team", "red")
                        .addPermissions(rule("/x", Permission.PERMISSION_READ, -3)));
        assertThat(made.getId()).matches("sb_[0-9a-f]{16}");
        assertThat(made.getCodebaseId()).isEqualTo(codebase.getId());
        assertThat(made.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_PENDING);
        assertThat(made.getLabelsMap()).containsExactly(Map.entry("team", "red"));
        assertThat(made.getPermissionsList())
                .extracting(one -> one.getPattern())
                .containsExactly("**/*", "/x");
        assertThat(made.getPermissions(1).getPriority()).isEqualTo(-3);
        assertThat(made.hasCreatedAt()).isTrue();
        assertThat(made.hasStartedAt()).isFalse();
        assertThat(made.getRuntime()).isEqualTo(RuntimeType.RUNTIME_TYPE_BWRAP);
        assertThat(get(face, made.getId())).isEqualTo(made);

        Sandbox running = start(face, made.getId());
        assertThat(running.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
        assertThat(running.hasStartedAt()).isTrue();
        ExecResult result = exec(face, made.getId(), "cat hello.txt; exit 42");
        assertThat(result.getStdout()).isEqualTo("Hello");
        assertThat(result.getExitCode()).isEqualTo(42);
        assertThat(result.hasDuration()).isTrue();

        Sandbox stopped = stop(face, made.getId());
        assertThat(stopped.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_STOPPED);
        assertThat(stopped.hasStoppedAt()).isTrue();
        Sandbox again = start(face, made.getId());
        assertThat(again.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
        assertThat(again.getStoppedAt()).isEqualTo(stopped.getStoppedAt());

        destroy(face, made.getId());
        assertRefused(
                face,
                Code.NOT_FOUND,
                "sandbox not found",
                SandboxServiceGrpc.getGetSandboxMethod(),
                GetSandboxRequest.newBuilder().setSandboxId(made.getId()).build());
        face.call(
                server,
                CodebaseServiceGrpc.getDeleteCodebaseMethod(),
                DeleteCodebaseRequest.newBuilder()
                        .setCodebaseId(codebase.getId())
                        .build());
        assertRefused(
                face,
                Code.NOT_FOUND,
                "codebase not found",
                CodebaseServiceGrpc.getGetCodebaseMethod(),
                GetCodebaseRequest.newBuilder().setCodebaseId(codebase.getId()).build());
    }

    @ParameterizedTest
    @EnumSource
    void aSandboxIsDestroyedInAnyState(Face face) {
        Codebase codebase = codebase(face, "ann");
        String pending = create(face, sandboxOf(codebase)).getId();
        String running = start(face, create(face, sandboxOf(codebase)).getId()).getId();
        String stopped = start(face, create(face, sandboxOf(codebase)).getId()).getId();
        stop(face, stopped);
        for (String id : List.of(pending, running, stopped)) {
            destroy(face, id);
        }
        assertThat(list(face, codebase.getId(), 0, "").getSandboxesList()).isEmpty();
    }

    private static ListSandboxesResponse list(Face face, String codebase, int size, String token) {
        return face.call(
                server,
                SandboxServiceGrpc.getListSandboxesMethod(),
                ListSandboxesRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .setPageSize(size)
                        .setPageToken(token)
                        .build());
    }

    @ParameterizedTest
    @EnumSource
    void sandboxesAreListedByCodebaseInTheirOrderAndInParts(Face face) {
        Codebase one = codebase(face, "ann");
        Codebase two = codebase(face, "ann");
        List<String> ofOne = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ofOne.add(create(face, sandboxOf(one)).getId());
        }
        create(face, sandboxOf(two));
        create(face, sandboxOf(two));
        assertThat(list(face, one.getId(), 0, "").getSandboxesList())
                .extracting(Sandbox::getId)
                .containsExactlyElementsOf(ofOne);
        assertThat(list(face, two.getId(), 0, "").getSandboxesList()).hasSize(2);
        assertThat(list(face, "cb_0000000000000000", 0, "").getSandboxesList()).isEmpty();
        ListSandboxesResponse first = list(face, one.getId(), 2, "");
        assertThat(first.getSandboxesList()).extracting(Sandbox::getId).containsExactlyElementsOf(ofOne.subList(0, 2));
        ListSandboxesResponse second = list(face, one.getId(), 2, first.getNextPageToken());
        assertThat(second.getSandboxesList()).extracting(Sandbox::getId).containsExactly(ofOne.get(2));
        assertThat(second.getNextPageToken()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void codebasesBeyondAPageAreReached(Face face) {
        String owner = "owner-" + face;
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(codebase(face, owner).getId());
        }
        codebase(face, "another");
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            ListCodebasesResponse page = face.call(
                    server,
                    CodebaseServiceGrpc.getListCodebasesMethod(),
                    ListCodebasesRequest.newBuilder()
                            .setOwnerId(owner)
                            .setPageSize(2)
                            .setPageToken(token)
                            .build());
            assertThat(page.getCodebasesCount()).isBetween(1, 2);
            page.getCodebasesList().forEach(one -> seen.add(one.getId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        assertThat(seen).containsExactlyElementsOf(all);
    }

    @ParameterizedTest
    @EnumSource
    void filesAreListedAsTheyLie(Face face) throws Exception {
        Codebase codebase = codebase(face, "ann");
        Map<String, String> content = new LinkedHashMap<>();
        content.put("README.md", "# Test");
        content.put("src/main.py", "print(1)");
        content.put("src/utils/helper.py", "pass");
        content.put("tests/test_main.py", "def test(): pass");
        for (Map.Entry<String, String> file : content.entrySet()) {
            server.put("/v1/codebases/" + codebase.getId() + "/files/" + file.getKey(), file.getValue());
        }
        assertThat(files(face, codebase, "", false))
                .extracting(FileInfo::getPath)
                .containsExactly("README.md", "src", "tests");
        assertThat(files(face, codebase, "/src", false))
                .extracting(FileInfo::getPath)
                .containsExactly("src/main.py", "src/utils");
        assertThat(files(face, codebase, "", true).stream().filter(file -> !file.getIsDir()))
                .extracting(FileInfo::getPath)
                .containsExactlyInAnyOrderElementsOf(content.keySet());
        assertThat(files(face, codebase, "src", false).get(1)).satisfies(entry -> {
            assertThat(entry.getIsDir()).isTrue();
            assertThat(entry.getName()).isEqualTo("utils");
        });
        assertThat(files(face, codebase, "absent", false)).isEmpty();
        Codebase counted = face.call(
                server,
                CodebaseServiceGrpc.getGetCodebaseMethod(),
                GetCodebaseRequest.newBuilder().setCodebaseId(codebase.getId()).build());
        assertThat(counted.getFileCount()).isEqualTo(4);
        assertThat(counted.getSize()).isEqualTo(34);
        assertThat(server.get("/v1/codebases/" + codebase.getId() + "/files/src/main.py")
                        .body())
                .isEqualTo("print(1)");
    }

    private static Session session(Face face, String sandbox, String shell) {
        return face.call(
                server,
                SandboxServiceGrpc.getCreateSessionMethod(),
                CreateSessionRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setShell(shell)
                        .putEnv("TEST_VAR", "test_value")
                        .build());
    }

    private static List<Session> sessions(Face face, String sandbox) {
        return face.call(
                        server,
                        SandboxServiceGrpc.getListSessionsMethod(),
                        ListSessionsRequest.newBuilder().setSandboxId(sandbox).build())
                .getSessionsList();
    }

    private static SessionExecRequest sessionCommand(String session, String command) {
        return SessionExecRequest.newBuilder()
                .setSessionId(session)
                .setCommand(command)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void sessionsAreMadeUsedListedAndEnded(Face face) {
        String sandbox = start(
                        face, create(face, sandboxOf(codebase(face, "ann"))).getId())
                .getId();
        assertThat(sessions(face, sandbox)).isEmpty();
        Session made = session(face, sandbox, "/bin/bash");
        assertThat(made.getId()).matches("sess_[0-9a-f]{16}");
        assertThat(made.getSandboxId()).isEqualTo(sandbox);
        assertThat(made.getStatus()).isEqualTo(SessionStatus.SESSION_STATUS_ACTIVE);
        assertThat(made.getShell()).isEqualTo("/bin/bash");
        assertThat(made.hasCreatedAt()).isTrue();
        assertThat(session(face, sandbox, "").getShell()).isEqualTo("/bin/sh");
        session(face, sandbox, "");
        assertThat(sessions(face, sandbox)).hasSize(3).contains(made);
        ExecResult result = face.call(
                server,
                SandboxServiceGrpc.getSessionExecMethod(),
                sessionCommand(made.getId(), "echo $TEST_VAR; (exit 42)"));
        assertThat(result.getStdout()).isEqualTo("test_value\n");
        assertThat(result.getExitCode()).isEqualTo(42);
        for (Session session : sessions(face, sandbox)) {
            face.call(
                    server,
                    SandboxServiceGrpc.getDestroySessionMethod(),
                    DestroySessionRequest.newBuilder()
                            .setSessionId(session.getId())
                            .build());
        }
        assertThat(sessions(face, sandbox))
                .extracting(Session::getStatus)
                .containsOnly(SessionStatus.SESSION_STATUS_CLOSED);
        Session closed = face.call(
                server,
                SandboxServiceGrpc.getGetSessionMethod(),
                GetSessionRequest.newBuilder().setSessionId(made.getId()).build());
        assertThat(closed.hasClosedAt()).isTrue();
        var status =
                face.refusal(server, SandboxServiceGrpc.getSessionExecMethod(), sessionCommand(made.getId(), "true"));
        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).startsWith("session is closed");
        destroy(face, sandbox);
        assertRefused(
                face,
                Code.NOT_FOUND,
                "session not found",
                SandboxServiceGrpc.getGetSessionMethod(),
                GetSessionRequest.newBuilder().setSessionId(made.getId()).build());
        assertThat(sessions(face, sandbox)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatTheStateForbidsIsRefusedInTheWordsThatClientsKnow(Face face) {
        String id = create(face, sandboxOf(codebase(face, "ann"))).getId();
        StopSandboxRequest stop =
                StopSandboxRequest.newBuilder().setSandboxId(id).build();
        String notRunning = "sandbox is not running";
        for (int i = 0; i < 2; i++) {
            assertRefused(face, Code.FAILED_PRECONDITION, notRunning, SandboxServiceGrpc.getStopSandboxMethod(), stop);
            assertRefused(
                    face,
                    Code.FAILED_PRECONDITION,
                    notRunning,
                    SandboxServiceGrpc.getExecMethod(),
                    ExecRequest.newBuilder().setSandboxId(id).setCommand("true").build());
            assertRefused(
                    face,
                    Code.FAILED_PRECONDITION,
                    notRunning,
                    SandboxServiceGrpc.getCreateSessionMethod(),
                    CreateSessionRequest.newBuilder().setSandboxId(id).build());
            start(face, id);
            assertRefused(
                    face,
                    Code.FAILED_PRECONDITION,
                    "sandbox is already running",
                    SandboxServiceGrpc.getStartSandboxMethod(),
                    StartSandboxRequest.newBuilder().setSandboxId(id).build());
            stop(face, id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeThatIsUpIsADeadline(Face face) {
        String id = start(face, create(face, sandboxOf(codebase(face, "ann"))).getId())
                .getId();
        Duration soon = Duration.newBuilder().setNanos(100_000_000).build();
        assertRefused(
                face,
                Code.DEADLINE_EXCEEDED,
                "command timed out",
                SandboxServiceGrpc.getExecMethod(),
                ExecRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("sleep 1000")
                        .setTimeout(soon)
                        .build());
        assertRefused(
                face,
                Code.DEADLINE_EXCEEDED,
                "command timed out",
                SandboxServiceGrpc.getSessionExecMethod(),
                sessionCommand(session(face, id, "").getId(), "sleep 1000").toBuilder()
                        .setTimeout(soon)
                        .build());
    }

    @ParameterizedTest
    @EnumSource
    void aCodebaseIsKeptFromGoingWhileASandboxUsesIt(Face face) {
        Codebase codebase = codebase(face, "ann");
        String id = create(face, sandboxOf(codebase)).getId();
        DeleteCodebaseRequest delete = DeleteCodebaseRequest.newBuilder()
                .setCodebaseId(codebase.getId())
                .build();
        var status = face.refusal(server, CodebaseServiceGrpc.getDeleteCodebaseMethod(), delete);
        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).contains("1 sandbox");
        face.call(
                server,
                CodebaseServiceGrpc.getDeleteCodebaseMethod(),
                delete.toBuilder().setForce(true).build());
        assertRefused(
                face,
                Code.NOT_FOUND,
                "sandbox not found",
                SandboxServiceGrpc.getGetSandboxMethod(),
                GetSandboxRequest.newBuilder().setSandboxId(id).build());
    }
}
