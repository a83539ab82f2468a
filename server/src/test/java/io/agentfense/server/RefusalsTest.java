package io.agentfense.server;

import static io.agentfense.server.BadCall.exact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DeleteCodebaseRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.DestroySessionRequest;
import io.agentfense.api.v1.DownloadFileRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.GetCodebaseRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.ListSessionsRequest;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a call leaves out, and what it names that is not there: the codes and words that clients know. */
class RefusalsTest {
    private static final String SANDBOX = "sb_0000000000000000";
    private static final String SESSION = "sess_0000000000000000";
    private static final String CODEBASE = "cb_0000000000000000";

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

    private static List<BadCall<?, ?>> table() {
        List<BadCall<?, ?>> calls = new ArrayList<>();
        calls.addAll(sandboxes("", Code.INVALID_ARGUMENT, "sandbox_id is required"));
        calls.addAll(sandboxes(SANDBOX, Code.NOT_FOUND, "sandbox not found"));
        // What is no id at all, also where it looks like more of the path, or like an id of something else.
        calls.addAll(sandboxes("../" + SANDBOX, Code.NOT_FOUND, "sandbox not found"));
        calls.addAll(sandboxes(CODEBASE, Code.NOT_FOUND, "sandbox not found"));
        calls.addAll(sessions("", Code.INVALID_ARGUMENT, "session_id is required"));
        calls.addAll(sessions(SESSION, Code.NOT_FOUND, "session not found"));
        calls.addAll(codebases("", Code.INVALID_ARGUMENT, "codebase_id is required"));
        calls.addAll(codebases(CODEBASE, Code.NOT_FOUND, "codebase not found"));
        calls.add(exact(
                CodebaseServiceGrpc.getCreateCodebaseMethod(),
                CreateCodebaseRequest.newBuilder().setOwnerId("u"),
                Code.INVALID_ARGUMENT,
                "name is required"));
        calls.add(exact(
                CodebaseServiceGrpc.getCreateCodebaseMethod(),
                CreateCodebaseRequest.newBuilder().setName("p"),
                Code.INVALID_ARGUMENT,
                "owner_id is required"));
        calls.add(exact(
                SandboxServiceGrpc.getListSessionsMethod(),
                ListSessionsRequest.newBuilder(),
                Code.INVALID_ARGUMENT,
                "sandbox_id is required"));
        return calls;
    }

    private static List<BadCall<?, ?>> sandboxes(String id, Code code, String message) {
        return List.of(
                exact(
                        SandboxServiceGrpc.getGetSandboxMethod(),
                        GetSandboxRequest.newBuilder().setSandboxId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getStartSandboxMethod(),
                        StartSandboxRequest.newBuilder().setSandboxId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getStopSandboxMethod(),
                        StopSandboxRequest.newBuilder().setSandboxId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getDestroySandboxMethod(),
                        DestroySandboxRequest.newBuilder().setSandboxId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getExecMethod(),
                        ExecRequest.newBuilder().setSandboxId(id).setCommand("true"),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getCreateSessionMethod(),
                        CreateSessionRequest.newBuilder().setSandboxId(id),
                        code,
                        message));
    }

    private static List<BadCall<?, ?>> sessions(String id, Code code, String message) {
        return List.of(
                exact(
                        SandboxServiceGrpc.getGetSessionMethod(),
                        GetSessionRequest.newBuilder().setSessionId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getDestroySessionMethod(),
                        DestroySessionRequest.newBuilder().setSessionId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getSessionExecMethod(),
                        SessionExecRequest.newBuilder().setSessionId(id).setCommand("true"),
                        code,
                        message));
    }

    private static List<BadCall<?, ?>> codebases(String id, Code code, String message) {
        return List.of(
                exact(
                        CodebaseServiceGrpc.getGetCodebaseMethod(),
                        GetCodebaseRequest.newBuilder().setCodebaseId(id),
                        code,
                        message),
                exact(
                        CodebaseServiceGrpc.getDeleteCodebaseMethod(),
                        DeleteCodebaseRequest.newBuilder().setCodebaseId(id),
                        code,
                        message),
                exact(
                        CodebaseServiceGrpc.getListFilesMethod(),
                        ListFilesRequest.newBuilder().setCodebaseId(id),
                        code,
                        message),
                exact(
                        SandboxServiceGrpc.getCreateSandboxMethod(),
                        CreateSandboxRequest.newBuilder().setCodebaseId(id),
                        code,
                        message));
    }

    static List<Arguments> calls() {
        List<Arguments> all = new ArrayList<>();
        for (BadCall<?, ?> call : table()) {
            for (Face face : Face.values()) {
                if (face.canSay(call.method(), call.request())) {
                    all.add(arguments(face, call));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("calls")
    void areInTheWordsThatClientsKnow(Face face, BadCall<?, ?> call) {
        call.check(server, face);
    }

    private static Status refusal(Supplier<?> call) {
        try {
            call.get();
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("it was not refused");
    }

    private static void assertRefused(Code code, String message, Supplier<?> call) {
        Status status = refusal(call);
        assertThat(status.getDescription()).isEqualTo(message);
        assertThat(status.getCode()).isEqualTo(code);
    }

    @Test
    void aCommandIsRequired() throws Exception {
        String sandbox =
                server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
        String session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(sandbox).build())
                .getId();
        for (Face face : Face.values()) {
            exact(
                            SandboxServiceGrpc.getExecMethod(),
                            ExecRequest.newBuilder().setSandboxId(sandbox),
                            Code.INVALID_ARGUMENT,
                            "command is required")
                    .check(server, face);
            exact(
                            SandboxServiceGrpc.getSessionExecMethod(),
                            SessionExecRequest.newBuilder().setSessionId(session),
                            Code.INVALID_ARGUMENT,
                            "command is required")
                    .check(server, face);
        }
        for (String path : List.of("/v1/sandboxes/" + sandbox, "/v1/sessions/" + session)) {
            for (String body : List.of("", "{}")) {
                assertThat(Face.refusal(server.post(path + "/exec/stream", body))
                                .getStatus())
                        .satisfies(status -> {
                            assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
                            assertThat(status.getDescription()).isEqualTo("command is required");
                        });
            }
        }
    }

    @Test
    void streamsThatCannotBeginSayWhyAtOnce() throws Exception {
        ExecRequest.Builder exec = ExecRequest.newBuilder().setCommand("true");
        SessionExecRequest.Builder inSession = SessionExecRequest.newBuilder().setCommand("true");
        assertRefused(
                Code.INVALID_ARGUMENT,
                "sandbox_id is required",
                () -> server.sandboxes().execStream(exec.build()).next());
        assertRefused(
                Code.NOT_FOUND,
                "sandbox not found",
                () -> server.sandboxes()
                        .execStream(exec.setSandboxId(SANDBOX).build())
                        .next());
        assertRefused(
                Code.INVALID_ARGUMENT,
                "session_id is required",
                () -> server.sandboxes().sessionExecStream(inSession.build()).next());
        assertRefused(
                Code.NOT_FOUND,
                "session not found",
                () -> server.sandboxes()
                        .sessionExecStream(inSession.setSessionId(SESSION).build())
                        .next());
        String pending = server.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of()))
                        .build())
                .getId();
        assertRefused(
                Code.FAILED_PRECONDITION,
                "sandbox is not running",
                () -> server.sandboxes()
                        .execStream(exec.setSandboxId(pending).build())
                        .next());
        for (String path : List.of("/v1/sandboxes/" + SANDBOX, "/v1/sessions/" + SESSION)) {
            assertThat(Face.refusal(server.post(path + "/exec/stream", "{\"command\": \"true\"}"))
                            .getStatus()
                            .getCode())
                    .isEqualTo(Code.NOT_FOUND);
        }
        assertThat(Face.refusal(server.post("/v1/sandboxes/" + pending + "/exec/stream", "{\"command\": \"true\"}"))
                        .getStatus()
                        .getDescription())
                .isEqualTo("sandbox is not running");
    }

    @Test
    void downloadsOfWhatIsNotThereSaySo() throws Exception {
        DownloadFileRequest.Builder request = DownloadFileRequest.newBuilder();
        assertRefused(
                Code.INVALID_ARGUMENT,
                "codebase_id is required",
                () -> server.codebases()
                        .downloadFile(request.setFilePath("a").build())
                        .next());
        assertRefused(
                Code.NOT_FOUND,
                "codebase not found",
                () -> server.codebases()
                        .downloadFile(request.setCodebaseId(CODEBASE).build())
                        .next());
        String codebase = server.codebase(Map.of("d/a", "1"));
        request.setCodebaseId(codebase);
        assertRefused(
                Code.INVALID_ARGUMENT,
                "file_path is required",
                () -> server.codebases()
                        .downloadFile(request.setFilePath("").build())
                        .next());
        assertRefused(
                Code.NOT_FOUND,
                "file not found",
                () -> server.codebases()
                        .downloadFile(request.setFilePath("absent").build())
                        .next());
        assertThat(Face.refusal(server.get("/v1/codebases/" + codebase + "/files/absent"))
                        .getStatus()
                        .getDescription())
                .isEqualTo("file not found");
        assertThat(refusal(() -> server.codebases()
                                .downloadFile(request.setFilePath("d").build())
                                .next())
                        .getCode())
                .isEqualTo(Code.FAILED_PRECONDITION);
    }
}
