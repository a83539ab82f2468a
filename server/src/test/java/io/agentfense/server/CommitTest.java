package io.agentfense.server;

import static io.agentfense.server.TestServer.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.api.ours.v1.CommitRequest;
import io.agentfense.api.ours.v1.DeltaServiceGrpc.DeltaServiceBlockingStub;
import io.agentfense.api.ours.v1.DiffRequest;
import io.agentfense.api.ours.v1.DiffResponse;
import io.agentfense.api.ours.v1.DiscardRequest;
import io.agentfense.api.ours.v1.ForkRequest;
import io.agentfense.api.ours.v1.RollbackRequest;
import io.agentfense.api.ours.v1.RuleServiceGrpc.RuleServiceBlockingStub;
import io.agentfense.api.ours.v1.SnapshotRequest;
import io.agentfense.api.ours.v1.UpdateRulesRequest;
import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.ConflictMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetCodebaseRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox writes, and when it is in the codebase. */
class CommitTest {
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

    private static String file(String codebase, String path) throws Exception {
        var response = server.get("/v1/codebases/" + codebase + "/files/" + path);
        return response.statusCode() == 404 ? "absent" : response.body();
    }

    private static String sandbox(String codebase, CommitMode mode) {
        return server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setCommit(mode)
                        .build())
                .getId();
    }

    private static DeltaServiceBlockingStub deltas() {
        return server.client(DeltaServiceBlockingStub.class);
    }

    @Test
    void aFileThatACommandWroteIsInTheCodebaseWhenItReturns() throws Exception {
        String codebase = server.codebase(Map.of("a", "1"));
        String id = server.sandbox(codebase, TestServer.ALL).getId();
        assertThat(server.exec(id, "echo 2 > a; mkdir d; echo 3 > d/b; chmod +x d/b")
                        .getExitCode())
                .isZero();
        assertThat(file(codebase, "a")).isEqualTo("2\n");
        assertThat(file(codebase, "d/b")).isEqualTo("3\n");
        var record = server.codebases()
                .getCodebase(
                        GetCodebaseRequest.newBuilder().setCodebaseId(codebase).build());
        assertThat(record.getFileCount()).isEqualTo(2);
        assertThat(record.getSize()).isEqualTo(4);
        server.exec(id, "rm a");
        assertThat(file(codebase, "a")).isEqualTo("absent");
    }

    @Test
    void whatIsUploadedIsSeenAtOnceAndNotOverwrittenByOldCopies() throws Exception {
        String codebase = server.codebase(Map.of("shared", "0"));
        String first = server.sandbox(codebase, TestServer.ALL).getId();
        String second = server.sandbox(codebase, TestServer.ALL).getId();
        server.exec(first, "echo first > shared");
        assertThat(server.exec(second, "cat shared").getStdout()).isEqualTo("first\n");
        server.exec(second, "echo second > shared");
        assertThat(server.exec(first, "true; cat shared").getStdout()).isEqualTo("second\n");
        assertThat(file(codebase, "shared")).isEqualTo("second\n");
        server.put("/v1/codebases/" + codebase + "/files/shared", "uploaded");
        assertThat(server.exec(first, "cat shared").getStdout()).isEqualTo("uploaded");
        assertThat(server.exec(second, "cat shared").getStdout()).isEqualTo("uploaded");
        server.exec(first, "true");
        assertThat(file(codebase, "shared")).isEqualTo("uploaded");
    }

    @Test
    void byWishNothingLandsUntilItIsAskedFor() throws Exception {
        String codebase = server.codebase(Map.of("a", "1"));
        String id = sandbox(codebase, CommitMode.COMMIT_MODE_MANUAL);
        server.exec(id, "echo 2 > a; echo 3 > b");
        assertThat(file(codebase, "a")).isEqualTo("1");
        DiffResponse diff = deltas().diff(
                        DiffRequest.newBuilder().setSandboxId(id).setPatch(true).build());
        assertThat(diff.getChangesList()).extracting(change -> change.getPath()).containsExactly("/a", "/b");
        assertThat(diff.getPatch().toStringUtf8()).contains("-1").contains("+2").contains("+3");
        deltas().commit(CommitRequest.newBuilder()
                .setSandboxId(id)
                .addPaths(diff.getChanges(0).getPath())
                .build());
        assertThat(file(codebase, "a")).isEqualTo("2\n");
        assertThat(file(codebase, "b")).isEqualTo("absent");
        deltas().discard(DiscardRequest.newBuilder().setSandboxId(id).build());
        assertThat(server.exec(id, "ls").getStdout()).isEqualTo("a\n");
    }

    @Test
    void onStopItLandsWithTheStop() throws Exception {
        String codebase = server.codebase(Map.of());
        String id = sandbox(codebase, CommitMode.COMMIT_MODE_ON_STOP);
        server.exec(id, "echo late > a");
        assertThat(file(codebase, "a")).isEqualTo("absent");
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
        assertThat(file(codebase, "a")).isEqualTo("late\n");
    }

    @Test
    void aStoppedSandboxKeepsWhatItDidNotCommit() throws Exception {
        String id = sandbox(server.codebase(Map.of()), CommitMode.COMMIT_MODE_MANUAL);
        server.exec(id, "echo kept > a");
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
        server.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
        assertThat(server.exec(id, "cat a").getStdout()).isEqualTo("kept\n");
    }

    @Test
    void conflictsAreToldOrRefused() throws Exception {
        String codebase = server.codebase(Map.of("a", "0"));
        String careful = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setConflicts(ConflictMode.CONFLICT_MODE_FAIL)
                        .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                        .build())
                .getId();
        String hasty = sandbox(codebase, CommitMode.COMMIT_MODE_MANUAL);
        server.exec(careful, "echo careful > a");
        server.exec(hasty, "echo hasty > a");
        server.put("/v1/codebases/" + codebase + "/files/a", "other");
        assertThatThrownBy(() -> deltas().commit(
                                CommitRequest.newBuilder().setSandboxId(careful).build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
                    assertThat(e.getStatus().getDescription()).contains("a");
                });
        assertThat(file(codebase, "a")).isEqualTo("other");
        var landed =
                deltas().commit(CommitRequest.newBuilder().setSandboxId(hasty).build());
        assertThat(landed.getConflictsList()).containsExactly("/a");
        assertThat(file(codebase, "a")).isEqualTo("hasty\n");
    }

    @Test
    void rulesThatWereNarrowedHoldAtOnceAndForTheNextCommit() throws Exception {
        String codebase = server.codebase(Map.of("a", "1", "secret", "s"));
        String id = sandbox(codebase, CommitMode.COMMIT_MODE_MANUAL);
        server.exec(id, "echo 2 > a; echo 3 > b");
        server.client(RuleServiceBlockingStub.class)
                .updateRules(UpdateRulesRequest.newBuilder()
                        .setSandboxId(id)
                        .addPermissions(rule("**/*", Permission.PERMISSION_READ))
                        .addPermissions(rule("/b", Permission.PERMISSION_WRITE))
                        .addPermissions(rule("/secret", Permission.PERMISSION_NONE))
                        .build());
        ExecResult ls = server.exec(id, "ls; cat secret; echo 4 > a");
        assertThat(ls.getStdout()).doesNotContain("secret");
        assertThat(ls.getStderr()).contains("No such file").contains("ermission denied");
        var landed = deltas().commit(CommitRequest.newBuilder().setSandboxId(id).build());
        assertThat(landed.getRefusedList()).containsExactly("/a");
        assertThat(file(codebase, "a")).isEqualTo("1");
        assertThat(file(codebase, "b")).isEqualTo("3\n");
        assertThat(file(codebase, "secret")).isEqualTo("s");
    }

    @Test
    void snapshotsAreGoneBackToAndForksGoTheirOwnWay() throws Exception {
        String codebase = server.codebase(Map.of("a", "base"));
        String id = sandbox(codebase, CommitMode.COMMIT_MODE_MANUAL);
        server.exec(id, "echo one > a");
        String snapshot = deltas().snapshot(SnapshotRequest.newBuilder()
                        .setSandboxId(id)
                        .setName("one")
                        .build())
                .getId();
        server.exec(id, "echo two > a; echo new > b");
        String fork =
                deltas().fork(ForkRequest.newBuilder().setSandboxId(id).build()).getId();
        server.sandboxes()
                .startSandbox(
                        StartSandboxRequest.newBuilder().setSandboxId(fork).build());
        deltas().rollback(RollbackRequest.newBuilder()
                .setSandboxId(id)
                .setSnapshotId(snapshot)
                .build());
        assertThat(server.exec(id, "cat a; ls").getStdout()).isEqualTo("one\na\n");
        assertThat(server.exec(fork, "cat a b").getStdout()).isEqualTo("two\nnew\n");
        assertThat(file(codebase, "a")).isEqualTo("base");
    }

    @Test
    void aLinkThatASandboxMadeLeadsNobodyOut() throws Exception {
        Path outside = Files.writeString(directory.resolve("outside"), "untouched");
        String codebase = server.codebase(Map.of("a", "1"));
        String id = server.sandbox(codebase, TestServer.ALL).getId();
        server.exec(id, "ln -s " + outside + " link; ln -s " + directory + " d");
        assertThat(server.get("/v1/codebases/" + codebase + "/files/link").statusCode())
                .isEqualTo(400);
        assertThat(server.put("/v1/codebases/" + codebase + "/files/d/outside", "x")
                        .statusCode())
                .isGreaterThanOrEqualTo(400);
        server.exec(id, "rm link; echo mine > link; rm d; mkdir d; echo mine > d/outside");
        assertThat(Files.readString(outside)).isEqualTo("untouched");
        assertThat(file(codebase, "link")).isEqualTo("mine\n");
    }

    @Test
    void namesThatMarkDeletionsElsewhereDeleteNothing() throws Exception {
        String codebase = server.codebase(Map.of("x", "1", ".env", "secret"));
        String id = server.sandbox(codebase, TestServer.ALL, rule("**/.env", Permission.PERMISSION_NONE, 100))
                .getId();
        server.exec(id, "touch .wh.x .wh..env");
        assertThat(file(codebase, "x")).isEqualTo("1");
        assertThat(file(codebase, ".env")).isEqualTo("secret");
    }

    @Test
    void directoriesAreRemovedAndMovedWhole() throws Exception {
        String codebase = server.codebase(Map.of("d/a", "1", "d/e/b", "2", "gone/x", "3"));
        String id = server.sandbox(codebase, TestServer.ALL).getId();
        assertThat(server.exec(id, "rm -rf gone && mv d moved && cat moved/e/b").getStdout())
                .isEqualTo("2");
        assertThat(file(codebase, "moved/a")).isEqualTo("1");
        assertThat(file(codebase, "d/a")).isEqualTo("absent");
        assertThat(file(codebase, "gone/x")).isEqualTo("absent");
    }
}
