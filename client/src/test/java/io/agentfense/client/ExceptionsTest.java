package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each exception is what a live server's refusal becomes, with its fields filled. */
class ExceptionsTest {
    private static final Set<Class<?>> SEEN = new HashSet<>();

    @TempDir
    static Path directory;

    private static AgentFenseClient client;
    private static String codebase;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        client = SharedServer.get().client();
        codebase = client.codebases().create("project", "me").id();
        client.codebases().write(codebase, "kept", "kept".getBytes());
        client.codebases().write(codebase, "own/a", "a".getBytes());
        client.codebases().write(codebase, "own/b", "b".getBytes());
        sandbox = sandbox(codebase);
    }

    /** It may read everything, write below {@code own}, and not see {@code hidden}. */
    private static Sandbox sandbox(String codebase) {
        return client.fromCodebase(codebase)
                .rules(
                        PermissionRule.read("**/*"),
                        PermissionRule.write("/own/**").withPriority(1),
                        PermissionRule.none("**/hidden").withPriority(2))
                .start();
    }

    /** Everything was raised by one of the tests before. */
    @AfterAll
    static void end() {
        sandbox.close();
        client.close();
        assertThat(SEEN)
                .containsExactlyInAnyOrderElementsOf(
                        kinds(SandboxException.class).toList());
    }

    private static Stream<Class<?>> kinds(Class<?> kind) {
        return kind.isSealed()
                ? Stream.of(kind.getPermittedSubclasses()).flatMap(ExceptionsTest::kinds)
                : Stream.of(kind);
    }

    private static <E extends SandboxException> E raised(Class<E> kind, ThrowingCallable call) {
        E thrown = catchThrowableOfType(kind, call);
        assertThat(thrown).isExactlyInstanceOf(kind);
        SEEN.add(kind);
        return thrown;
    }

    @Test
    void aSandboxThatIsNotThere() {
        var thrown = raised(SandboxNotFoundException.class, () -> client.connect("sb_0000000000000000"));
        assertThat(thrown.sandboxId()).isEqualTo("sb_0000000000000000");
    }

    @Test
    void aSandboxThatWasDestroyedByAnother() {
        Sandbox mine = sandbox(codebase);
        mine.close();
        assertThat(raised(SandboxNotFoundException.class, () -> mine.files().readText("kept"))
                        .sandboxId())
                .isEqualTo(mine.id());
    }

    @Test
    void aSandboxThatWasNotStarted() {
        try (Sandbox pending = client.fromCodebase(codebase).create()) {
            var thrown = raised(SandboxNotRunningException.class, () -> pending.run("true"));
            assertThat(thrown.sandboxId()).isEqualTo(pending.id());
        }
    }

    @Test
    void aSandboxThatIsStartedTwice() {
        var thrown = raised(InvalidStateException.class, sandbox::start);
        assertThat(thrown).hasMessageContaining("already running");
    }

    @Test
    void aCodebaseThatIsNotThere() {
        var thrown = raised(
                CodebaseNotFoundException.class,
                () -> client.fromCodebase("cb_0000000000000000").start());
        assertThat(thrown.codebaseId()).isEqualTo("cb_0000000000000000");
    }

    @Test
    void aFileThatACodebaseHasNot() {
        var thrown = raised(
                CodebaseFileNotFoundException.class, () -> client.codebases().read(codebase, "no/such"));
        assertThat(thrown.codebaseId()).isEqualTo(codebase);
        assertThat(thrown.path()).isEqualTo("no/such");
    }

    @Test
    void aDirectoryWithALinkThatLeadsOut() throws IOException {
        Project project = Project.in(directory.resolve("leads-out")).link("out", "/etc/passwd");
        int before = client.codebases().list().size();
        var thrown = raised(
                UploadException.class,
                () -> client.fromLocal(project.directory()).start());
        assertThat(thrown.path()).isEqualTo(project.directory().toString());
        assertThat(thrown.reason()).contains("out").contains("absolute");
        assertThat(client.codebases().list()).as("nothing is left").hasSize(before);
    }

    @Test
    void aFileThatTheRulesHide() {
        client.codebases().write(codebase, "hidden", "secret".getBytes());
        var thrown = raised(FileMissingException.class, () -> sandbox.files().readText("hidden"));
        assertThat(thrown.sandboxId()).isEqualTo(sandbox.id());
        assertThat(thrown.path()).isEqualTo("hidden");
    }

    @Test
    void aFileThatTheRulesDoNotLetWrite() {
        var thrown =
                raised(PermissionDeniedException.class, () -> sandbox.files().write("kept", "changed"));
        assertThat(thrown.operation()).isEqualTo("write file");
        assertThat(thrown.path()).contains("kept");
        assertThat(sandbox.files().readText("kept")).isEqualTo("kept");
    }

    @Test
    void aFileThatIsThereAlready() {
        raised(AlreadyExistsException.class, () -> sandbox.files().move("own/a", "own/b"));
        assertThat(sandbox.files().readText("own/b")).isEqualTo("b");
    }

    @Test
    void aCommandThatTakesTooLong() {
        Command command = Command.of("sleep 60").within(Duration.ofMillis(200));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> sandbox.run(command),
                () -> sandbox.stream(command).result(),
                () -> sandbox.session().run(command))) {
            var thrown = raised(CommandTimeoutException.class, call);
            assertThat(thrown.command()).isEqualTo("sleep 60");
        }
        assertThat(raised(CommandTimeoutException.class, () -> sandbox.run(command))
                        .duration())
                .isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aCommandThatFailsWhereThatIsAnError() {
        var thrown = raised(
                CommandExecutionException.class,
                () -> sandbox.run("echo why >&2; exit 7").orThrow());
        assertThat(thrown.exitCode()).isEqualTo(7);
        assertThat(thrown.command()).isEqualTo("echo why >&2; exit 7");
        assertThat(thrown.result().stderr().text()).isEqualTo("why\n");
    }

    @Test
    void aSessionWhoseShellHasEnded() {
        try (Session session = sandbox.session()) {
            session.run("exit 3");
            var thrown = raised(SessionClosedException.class, () -> session.run("true"));
            assertThat(thrown.sessionId()).isEqualTo(session.id());
            assertThat(thrown.reason()).contains("3");
        }
    }

    @Test
    void aSessionThatIsGoneWithItsSandbox() {
        Sandbox mine = sandbox(codebase);
        Session session = mine.session();
        mine.close();
        var thrown = raised(SessionNotFoundException.class, () -> session.run("true"));
        assertThat(thrown.sessionId()).isEqualTo(session.id());
        session.close();
    }

    @Test
    void rootWithoutAContainer() {
        var thrown = raised(
                InvalidConfigurationException.class,
                () -> client.fromCodebase(codebase)
                        .runtime(RuntimeType.BWRAP)
                        .root()
                        .create());
        assertThat(thrown).hasMessageContaining("root: only for the runtime docker");
    }

    @Test
    void anImageWithoutAContainer() {
        raised(
                InvalidConfigurationException.class,
                () -> client.fromCodebase(codebase).image("debian:13").create());
        try (Sandbox made = client.fromCodebase(codebase).create()) {
            SandboxInfo info = made.info();
            assertThat(info.runtime()).isEqualTo(RuntimeType.BWRAP);
            assertThat(info.image()).isEmpty();
            assertThat(info.root()).isFalse();
        }
    }

    @Test
    void aPresetThatIsNotThere() {
        var thrown = raised(
                InvalidConfigurationException.class,
                () -> client.fromCodebase(codebase).preset("agent-save").start());
        assertThat(thrown).hasMessageContaining("agent-save").hasMessageContaining("agent-safe");
    }

    @Test
    void aSnapshotThatIsNotThere() {
        Snapshot none =
                new Snapshot("snap_0000000000000000", "none", sandbox.info().createdAt());
        raised(NotFoundException.class, () -> sandbox.rollback(none));
    }

    @Test
    void aCommitThatBothSidesChanged() {
        String shared = client.codebases().create("shared", "me").id();
        client.codebases().write(shared, "a", "0".getBytes());
        try (Sandbox careful = client.fromCodebase(shared)
                .preset(Presets.FULL_ACCESS)
                .commit(CommitMode.MANUAL)
                .conflicts(ConflictMode.FAIL)
                .start()) {
            careful.run("echo mine > a").orThrow();
            client.codebases().write(shared, "a", "other".getBytes());
            raised(ConflictException.class, careful::commit);
            assertThat(client.codebases().read(shared, "a")).isEqualTo("other".getBytes());
        }
    }

    @Test
    void aThreadThatIsInterruptedWhileItsCommandRuns() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiting = Thread.startVirtualThread(() -> {
            try {
                sandbox.run("touch own/begun; sleep 300");
                thrown.complete(new AssertionError("it ended"));
            } catch (SandboxException e) {
                thrown.complete(e);
            }
        });
        await().untilAsserted(
                        () -> assertThat(sandbox.files().exists("own/begun")).isTrue());
        waiting.interrupt();
        raised(CallCancelledException.class, () -> {
            throw thrown.get();
        });
        await().untilAsserted(() -> assertThat(sandbox.usage().processes()).isLessThan(2));
    }

    @Test
    void aServerThatIsNotThere() {
        try (AgentFenseClient nobody =
                new ClientBuilder(Map.of()).endpoint("127.0.0.1:1").build()) {
            var thrown = raised(ConnectionException.class, nobody::sandboxes);
            assertThat(thrown.endpoint()).isEqualTo("127.0.0.1:1");
            assertThat(thrown).hasMessageContaining("agentfense serve");
        }
    }

    @Test
    void aServerThatBreaks() throws IOException {
        String broken = client.codebases().create("broken", "me").id();
        try (Sandbox pending = client.fromCodebase(broken).create()) {
            try (Stream<Path> all = Files.walk(SharedServer.get().directory().resolve("codebases"))) {
                Files.delete(
                        all.filter(path -> path.endsWith(broken)).findFirst().orElseThrow());
            }
            raised(ServerFailureException.class, pending::start);
        }
    }

    @Test
    void aKeyThatIsNoneAndAUserWhoHasEnough(@TempDir Path other) throws Exception {
        String key;
        try (Database database = Database.open(other.resolve("metadata.db").toString())) {
            ApiKeys keys = new ApiKeys(database.apiKeys(), InstantSource.system());
            key = keys.create("alice", Role.USER, "", Optional.empty()).key();
        }
        try (LiveServer strict = LiveServer.start(other, Map.of("auth.mode", "required", "sandbox.max_per_user", "1"));
                AgentFenseClient alice = strict.client(key);
                AgentFenseClient stranger = strict.client("af_wrong");
                AgentFenseClient nobody = strict.client()) {
            raised(AuthenticationException.class, nobody::sandboxes);
            assertThat(raised(AuthenticationException.class, stranger::sandboxes))
                    .hasMessageNotContaining("af_wrong");

            Project project = Project.in(other.resolve("project")).file("a", "a");
            try (Sandbox first = alice.fromLocal(project.directory()).create()) {
                assertThat(first.info().ownerId()).isEqualTo("alice");
                var thrown = raised(
                        ResourceLimitExceededException.class,
                        () -> alice.fromLocal(project.directory()).create());
                assertThat(thrown.resource()).isEqualTo("sandbox.max_per_user");
                assertThat(thrown.limit()).hasValue(1);
                assertThat(alice.codebases().list())
                        .as("the second was taken back")
                        .hasSize(1);
            }
            assertThat(alice.codebases().list()).isEmpty();
        }
    }
}
