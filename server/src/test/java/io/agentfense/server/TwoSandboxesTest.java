package io.agentfense.server;

import static io.agentfense.server.TestServer.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.agentfense.api.ours.v1.GetProcessRequest;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.FileInfo;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sandboxes over one codebase, and uploads beside them: what lands is what was changed, where it was changed, and nothing
 * older goes over anything newer.
 */
class TwoSandboxesTest {
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

    private static String sandbox(String codebase) {
        return server.sandbox(codebase, TestServer.ALL).getId();
    }

    private static String file(String codebase, String path) throws Exception {
        var response = server.get("/v1/codebases/" + codebase + "/files/" + path);
        return response.statusCode() == 404 ? "absent" : response.body();
    }

    private static void upload(String codebase, String path, String content) throws Exception {
        assertThat(server.put("/v1/codebases/" + codebase + "/files/" + path, content)
                        .statusCode())
                .isEqualTo(200);
    }

    private static List<String> names(String codebase) {
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

    private static Path root(String codebase) {
        return directory.resolve("codebases/files").resolve(codebase);
    }

    private static void run(String sandbox, String command) {
        ExecResult result = server.exec(sandbox, command);
        assertThat(result.getExitCode())
                .as("%s: %s", command, result.getStderr())
                .isZero();
    }

    @Test
    void aStaleCopyNeverGoesOverANewerFile() throws Exception {
        String codebase = server.codebase(Map.of("shared", "0", "removed", "0"));
        String first = sandbox(codebase);
        String second = sandbox(codebase);
        run(first, "echo first > shared; echo first > removed");
        run(second, "echo second > shared; rm removed");
        for (int i = 0; i < 3; i++) {
            run(first, "true");
            run(first, "echo " + i + " > other");
            assertThat(file(codebase, "shared")).isEqualTo("second\n");
            assertThat(file(codebase, "removed")).isEqualTo("absent");
        }
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(first).build());
        assertThat(file(codebase, "shared")).isEqualTo("second\n");
        server.sandboxes()
                .startSandbox(
                        StartSandboxRequest.newBuilder().setSandboxId(first).build());
        assertThat(server.exec(first, "cat shared; cat removed").getStdout()).isEqualTo("second\n");
        assertThat(file(codebase, "shared")).isEqualTo("second\n");
        assertThat(names(codebase)).containsExactly("other", "shared");
    }

    @Test
    void anUploadAfterASandboxTouchedTheFileIsSeenAndStays() throws Exception {
        String codebase = server.codebase(Map.of("a", "0", "deleted", "0"));
        String id = sandbox(codebase);
        run(id, "echo mine > a; rm deleted; echo new > made");
        upload(codebase, "a", "uploaded");
        upload(codebase, "deleted", "again");
        upload(codebase, "made", "theirs");
        assertThat(server.exec(id, "cat a deleted made").getStdout()).isEqualTo("uploadedagaintheirs");
        run(id, "true");
        run(id, "echo x > unrelated");
        assertThat(file(codebase, "a")).isEqualTo("uploaded");
        assertThat(file(codebase, "deleted")).isEqualTo("again");
        assertThat(file(codebase, "made")).isEqualTo("theirs");
        assertThat(server.delete("/v1/codebases/" + codebase + "/files/a").statusCode())
                .isEqualTo(200);
        run(id, "[ ! -e a ]");
        assertThat(file(codebase, "a")).isEqualTo("absent");
    }

    @Test
    void whatOneSandboxCommittedTheOtherSeesAtOnce() throws Exception {
        String codebase = server.codebase(Map.of("d/a", "old"));
        String first = sandbox(codebase);
        String second = sandbox(codebase);
        // So that the second has it all in its caches.
        assertThat(server.exec(second, "cat d/a; ls d; [ ! -e d/b ]").getStdout())
                .isEqualTo("olda\n");
        run(first, "echo longer than before > d/a; echo b > d/b; mkdir e; mv d/b e/c");
        assertThat(server.exec(second, "cat d/a; ls d; cat e/c; stat -c %s d/a").getStdout())
                .isEqualTo("longer than before\na\nb\n19\n");
        run(second, "rm -r e; echo short > d/a");
        assertThat(server.exec(first, "cat d/a; ls").getStdout()).isEqualTo("short\nd\n");
    }

    @Test
    void whatIsNotCommittedYetIsSeenByNobodyElse() throws Exception {
        String codebase = server.codebase(Map.of("a", "0"));
        String first = sandbox(codebase);
        String second = sandbox(codebase);
        String session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(first).build())
                .getId();
        var running = server.sandboxes()
                .sessionExecStream(SessionExecRequest.newBuilder()
                        .setSessionId(session)
                        .setCommand("echo 1 > a; echo written; while [ ! -e /tmp/go ]; do sleep 0.02; done")
                        .build());
        assertThat(running.next().getData().toStringUtf8()).isEqualTo("written\n");
        assertThat(server.exec(second, "cat a").getStdout()).isEqualTo("0");
        assertThat(file(codebase, "a")).isEqualTo("0");
        run(first, "touch /tmp/go");
        running.forEachRemaining(_ -> {});
        assertThat(server.exec(second, "cat a").getStdout()).isEqualTo("1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.x", ".wh..env", ".wh..wh..opq", ".wh.d", ".agentfense-x", ".agentfense"})
    void aFileOfAnyNameIsAFile(String name) throws Exception {
        String codebase = server.codebase(Map.of("x", "1", ".env", "secret", "d/a", "1"));
        String id = server.sandbox(codebase, TestServer.ALL, rule("**/.env", Permission.PERMISSION_NONE, 100))
                .getId();
        run(id, "echo mine > " + name + "; mkdir -p d; echo mine > d/" + name);
        assertThat(server.exec(id, "cat " + name + " d/" + name).getStdout()).isEqualTo("mine\nmine\n");
        assertThat(names(codebase)).containsExactlyInAnyOrder("x", ".env", "d", "d/a", name, "d/" + name);
        assertThat(file(codebase, name)).isEqualTo("mine\n");
        assertThat(file(codebase, ".env")).isEqualTo("secret");
        run(id, "rm " + name);
        assertThat(names(codebase)).containsExactlyInAnyOrder("x", ".env", "d", "d/a", "d/" + name);
    }

    @Test
    void aDirectoryThatIsNotEmptyIsNotRemoved() throws Exception {
        String codebase = server.codebase(Map.of("d/a", "1", "d/.env", "secret", "hidden/.env", "secret"));
        String id = server.sandbox(codebase, TestServer.ALL, rule("**/.env", Permission.PERMISSION_NONE, 100))
                .getId();
        ExecResult refused = server.exec(id, "rmdir d");
        assertThat(refused.getExitCode()).isNotZero();
        assertThat(refused.getStderr()).contains("not empty");
        assertThat(file(codebase, "d/a")).isEqualTo("1");
        assertThat(file(codebase, "d/.env")).isEqualTo("secret");
        run(id, "rm d/a; rmdir d");
        assertThat(server.exec(id, "ls -A; ls -A hidden").getStdout()).isEqualTo("hidden\n");
        assertThat(file(codebase, "d/a")).isEqualTo("absent");
        assertThat(file(codebase, "d/.env")).isEqualTo("secret");
        assertThat(file(codebase, "hidden/.env")).isEqualTo("secret");
    }

    @Test
    void treesAreRemovedMovedAndMadeAnew() throws Exception {
        String codebase = server.codebase(Map.of("d/a", "1", "d/e/b", "2", "gone/x", "3", "gone/y/z", "4"));
        String id = sandbox(codebase);
        run(id, "rm -rf gone");
        assertThat(names(codebase)).containsExactly("d", "d/a", "d/e", "d/e/b");
        run(id, "mv d moved");
        assertThat(names(codebase)).containsExactly("moved", "moved/a", "moved/e", "moved/e/b");
        assertThat(file(codebase, "moved/e/b")).isEqualTo("2");
        run(id, "mkdir gone; [ -z \"$(ls -A gone)\" ]; rm -r moved; mkdir moved");
        assertThat(names(codebase)).containsExactly("gone", "moved");
        run(id, "mv gone moved/; mv moved again");
        assertThat(names(codebase)).containsExactly("again", "again/gone");
    }

    @Test
    void aLinkIsMadeWhereItWasMade() throws Exception {
        String codebase = server.codebase(Map.of("main.py", "real", "output/keep", ""));
        String id = server.sandbox(
                        codebase,
                        rule("**/*", Permission.PERMISSION_READ),
                        rule("/output/**", Permission.PERMISSION_WRITE, 10))
                .getId();
        run(id, "ln -s /etc/passwd output/main.py; cd output; ln -s keep link");
        assertThat(file(codebase, "main.py")).isEqualTo("real");
        assertThat(names(codebase))
                .containsExactly("main.py", "output", "output/keep", "output/link", "output/main.py");
        assertThat(Files.readSymbolicLink(root(codebase).resolve("output/link")))
                .isEqualTo(Path.of("keep"));
        assertThat(server.exec(id, "ln -s /etc/passwd link").getExitCode()).isNotZero();
    }

    @Test
    void writingWhereALinkWasReachesNothingOfTheHosts() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path target = Files.writeString(outside.resolve("target"), "untouched");
        String codebase = server.codebase(Map.of("a", "1"));
        String first = sandbox(codebase);
        String second = sandbox(codebase);
        run(first, "ln -s " + target + " link; ln -s " + outside + " d");
        // The one that made the links, and another that found them.
        run(first, "rm link; echo one > link");
        run(second, "rm d; mkdir d; echo two > d/target; echo two > d/planted");
        assertThat(target).hasContent("untouched");
        assertThat(outside.resolve("planted")).doesNotExist();
        assertThat(file(codebase, "link")).isEqualTo("one\n");
        assertThat(file(codebase, "d/planted")).isEqualTo("two\n");
        // Through the link it leads to what the sandbox itself has there: nothing.
        run(first, "rm -r d; ln -s " + outside + " d");
        assertThat(server.exec(second, "echo three > d/target; cat d/target; ls d/")
                        .getStdout())
                .isEmpty();
        assertThat(target).hasContent("untouched");
    }

    @Test
    void modesTimesAndEmptyDirectoriesLandToo() throws Exception {
        String codebase = server.codebase(Map.of("run.sh", "#!/bin/sh\necho ran\n", "plain", "x"));
        String id = sandbox(codebase);
        assertThat(server.exec(id, "./run.sh").getStdout()).isEqualTo("ran\n");
        run(id, "chmod 700 plain; touch -d 2001-02-03T04:05:06Z run.sh; mkdir -p empty/dir; chmod 711 empty");
        run(id, "cp -a run.sh copy && tar cf t.tar copy && rm copy && tar xf t.tar && sync run.sh && touch empty");
        assertThat(mode(codebase, "plain")).isEqualTo("rwx------");
        assertThat(mode(codebase, "empty")).isEqualTo("rwx--x--x");
        assertThat(mode(codebase, "copy")).isEqualTo("rwxr-xr-x");
        assertThat(root(codebase).resolve("empty/dir")).isEmptyDirectory();
        for (String name : List.of("run.sh", "copy")) {
            assertThat(Files.getLastModifiedTime(root(codebase).resolve(name)).toInstant())
                    .hasToString("2001-02-03T04:05:06Z");
        }
    }

    private static String mode(String codebase, String name) throws Exception {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(root(codebase).resolve(name)));
    }

    @Test
    void aFileKeepsItsNumberAndWhatIsSyncedIsSynced() throws Exception {
        String id = sandbox(server.codebase(Map.of("a", "1")));
        String number = server.exec(id, "stat -c %i a").getStdout();
        assertThat(server.exec(id, "stat -c %i a; cat a >/dev/null; stat -c %i a")
                        .getStdout())
                .isEqualTo(number + number);
        run(id, "echo 2 > a; dd if=/dev/zero of=b bs=1k count=1 conv=fsync status=none; sync a b .");
        assertThat(server.exec(id, "stat -c %i a").getStdout()).isEqualTo(number);
    }

    @Test
    void whatWasWrittenBeforeTheTimeWasUpIsKept() throws Exception {
        String codebase = server.codebase(Map.of());
        String id = sandbox(codebase);
        var status = Face.GRPC.refusal(
                server,
                SandboxServiceGrpc.getExecMethod(),
                ExecRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("echo kept > a; sleep 1000")
                        .setTimeout(Duration.newBuilder().setSeconds(2))
                        .build());
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(file(codebase, "a")).isEqualTo("kept\n");
    }

    @Test
    void whatACommandInTheBackgroundWroteLandsWithTheStop() throws Exception {
        String codebase = server.codebase(Map.of());
        String id = sandbox(codebase);
        var processes = server.client(ProcessServiceBlockingStub.class);
        String late = processes
                .startProcess(StartProcessRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("echo late > a")
                        .build())
                .getId();
        await().until(() -> !processes
                .getProcess(GetProcessRequest.newBuilder()
                        .setSandboxId(id)
                        .setProcessId(late)
                        .build())
                .getRunning());
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
        assertThat(file(codebase, "a")).isEqualTo("late\n");
    }

    @Test
    void whatADestroyedSandboxDidNotCommitIsGone() throws Exception {
        String codebase = server.codebase(Map.of("a", "1"));
        String id = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                        .build())
                .getId();
        run(id, "echo 2 > a");
        server.delete("/v1/sandboxes/" + id);
        assertThat(file(codebase, "a")).isEqualTo("1");
        assertThat(server.exec(sandbox(codebase), "cat a").getStdout()).isEqualTo("1");
    }
}
