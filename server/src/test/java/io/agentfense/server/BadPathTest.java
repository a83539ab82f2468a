package io.agentfense.server;

import static io.agentfense.server.BadCall.invalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.agentfense.api.ours.v1.FileServiceGrpc;
import io.agentfense.api.ours.v1.ListDirectoryRequest;
import io.agentfense.api.ours.v1.MakeDirectoryRequest;
import io.agentfense.api.ours.v1.MoveRequest;
import io.agentfense.api.ours.v1.SearchRequest;
import io.agentfense.api.ours.v1.StatFileRequest;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.DeleteFileRequest;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.MoveFileRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that are none, or lead elsewhere, in every call that takes one. */
class BadPathTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of("a", "1"));
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Each path in each call that takes one. */
    private static List<BadCall<?, ?>> paths() {
        List<BadCall<?, ?>> calls = new ArrayList<>();
        Map<String, String> paths = Map.of(
                "..",
                "..",
                "../x",
                "..",
                "d/../../x",
                "..",
                "d/..",
                "..",
                "a\0b",
                "NUL",
                "n".repeat(256),
                "255",
                "d/".repeat(2048) + "x",
                "bytes");
        paths.forEach((path, why) -> {
            String name = path.length() > 20 ? path.substring(0, 20) + "…" : path.replace('\0', '0');
            calls.add(invalid(
                    "listing " + name,
                    CodebaseServiceGrpc.getListFilesMethod(),
                    ListFilesRequest.newBuilder().setCodebaseId(codebase).setPath(path),
                    "path ",
                    why));
            calls.add(invalid(
                    "moving from " + name,
                    CodebaseServiceGrpc.getMoveFileMethod(),
                    MoveFileRequest.newBuilder()
                            .setCodebaseId(codebase)
                            .setFromPath(path)
                            .setToPath("b"),
                    "from_path ",
                    why));
            calls.add(invalid(
                    "moving to " + name,
                    CodebaseServiceGrpc.getMoveFileMethod(),
                    MoveFileRequest.newBuilder()
                            .setCodebaseId(codebase)
                            .setFromPath("a")
                            .setToPath(path),
                    "to_path ",
                    why));
        });
        calls.add(invalid(
                "removing everything",
                CodebaseServiceGrpc.getDeleteFileMethod(),
                DeleteFileRequest.newBuilder().setCodebaseId(codebase).setFilePath("."),
                "file_path ",
                "root"));
        return calls;
    }

    private static List<BadCall<?, ?>> files() {
        MoveRequest move = MoveRequest.newBuilder()
                .setSandboxId(sandbox)
                .setFromPath("a")
                .setToPath("b")
                .build();
        return List.of(
                invalid(
                        "a file with a NUL",
                        FileServiceGrpc.getStatFileMethod(),
                        StatFileRequest.newBuilder().setSandboxId(sandbox).setPath("a\0b"),
                        "path: ",
                        "NUL"),
                invalid(
                        "a file outside",
                        FileServiceGrpc.getStatFileMethod(),
                        StatFileRequest.newBuilder().setSandboxId(sandbox).setPath("/etc/passwd"),
                        "/etc/passwd: ",
                        "out of the workspace"),
                invalid(
                        "a directory outside",
                        FileServiceGrpc.getMakeDirectoryMethod(),
                        MakeDirectoryRequest.newBuilder().setSandboxId(sandbox).setPath("../x"),
                        "../x: ",
                        "out of the workspace"),
                invalid(
                        "moving from a NUL",
                        FileServiceGrpc.getMoveMethod(),
                        move.toBuilder().setFromPath("\0"),
                        "from_path: ",
                        "NUL"),
                invalid(
                        "moving to a path that is too long",
                        FileServiceGrpc.getMoveMethod(),
                        move.toBuilder().setToPath("x/".repeat(2048)),
                        "to_path: ",
                        "4095"),
                invalid(
                        "searching for less than nothing",
                        FileServiceGrpc.getSearchMethod(),
                        SearchRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setName("a")
                                .setLimit(-1),
                        "limit: ",
                        "a search finds 1 to"),
                invalid(
                        "listing less than nothing",
                        FileServiceGrpc.getListDirectoryMethod(),
                        ListDirectoryRequest.newBuilder().setSandboxId(sandbox).setDepth(-1),
                        "depth ",
                        "negative"));
    }

    static List<Arguments> calls() {
        List<Arguments> all = new ArrayList<>();
        for (BadCall<?, ?> call :
                Stream.concat(paths().stream(), files().stream()).toList()) {
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
    void isRefusedWithTheFieldAndTheReason(Face face, BadCall<?, ?> call) {
        call.check(server, face);
        assertThat(server.codebases()
                        .listFiles(ListFilesRequest.newBuilder()
                                .setCodebaseId(codebase)
                                .setRecursive(true)
                                .build())
                        .getFilesList())
                .extracting(file -> file.getPath())
                .containsExactly("a");
    }
}
