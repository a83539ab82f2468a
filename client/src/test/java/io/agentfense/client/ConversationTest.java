package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long talk with one server, call by call, each answered as its Javadoc says. */
class ConversationTest {
    @TempDir
    static Path directory;

    private static AgentFenseClient client;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        Project.in(directory)
                .file("src/main.txt", "alpha\nbeta\n")
                .file("work/notes", "old\n")
                .file("conf/app.properties", "name=app\ndb.password=hunter2\n")
                .file(".env.local", "SECRET=1\n");
        client = SharedServer.get().client();
        sandbox = client.fromLocal(directory)
                .preset(Presets.AGENT_SAFE)
                .rules(
                        PermissionRule.write("/work/**").withPriority(10),
                        PermissionRule.read("/conf/**").withPriority(10).masked())
                .resources(ResourceLimits.DEFAULT.withPidsLimit(64))
                .commit(CommitMode.MANUAL)
                .label("talk", "long")
                .expiresIn(Duration.ofHours(1))
                .start();
    }

    @AfterAll
    static void end() {
        sandbox.close();
        client.close();
    }

    @Test
    void theSandboxIsWhatWasAskedFor() {
        SandboxInfo info = sandbox.info();
        assertThat(info.id()).startsWith("sb_").isEqualTo(sandbox.id());
        assertThat(info.codebaseId()).isEqualTo(sandbox.codebaseId());
        assertThat(info.status()).isEqualTo(SandboxStatus.RUNNING);
        assertThat(info.labels()).isEqualTo(Map.of("talk", "long"));
        assertThat(info.resources().pidsLimit()).isEqualTo(64);
        assertThat(info.rules()).contains(PermissionRule.none("**/.env*").withPriority(100));
        assertThat(info.expiresAt().orElseThrow()).isEqualTo(info.createdAt().plus(Duration.ofHours(1)));
        assertThat(client.sandboxes(Map.of("talk", "long")))
                .extracting(SandboxInfo::id)
                .containsExactly(sandbox.id());
        assertThat(client.sandboxes()).extracting(SandboxInfo::id).contains(sandbox.id());
        Codebase codebase = client.codebases().get(sandbox.codebaseId());
        assertThat(codebase.fileCount()).isEqualTo(4);
        assertThat(client.codebases().files(codebase.id(), "src"))
                .extracting(FileInfo::path)
                .containsExactly("src/main.txt");
    }

    @Test
    void aMaskedFileIsReadWithoutItsSecrets() {
        assertThat(sandbox.info().rules()).filteredOn(PermissionRule::mask).hasSize(1);
        assertThat(sandbox.run("cat conf/app.properties").output())
                .startsWith("name=app\ndb.password=AF_MASK_")
                .doesNotContain("hunter2");
    }

    @Test
    void commandsHaveInputVariablesDirectoryAndTimeout() throws Exception {
        assertThat(sandbox.run("cat src/main.txt").output()).isEqualTo("alpha\nbeta\n");
        ExecResult result = sandbox.run(Command.of("cat; echo $NAME; pwd; echo err >&2; exit 3")
                .input("in\n")
                .env("NAME", "value")
                .in("src")
                .within(Duration.ofSeconds(30)));
        assertThat(result.stdout().text()).isEqualTo("in\nvalue\n/workspace/src\n");
        assertThat(result.stderr().text()).isEqualTo("err\n");
        assertThat(result.output()).isEqualTo("in\nvalue\n/workspace/src\n\nerr\n");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.duration()).isPositive();
        assertThat(sandbox.run("printf '\\377\\000x'").stdout().bytes()).isEqualTo(new byte[] {(byte) 0xff, 0, 'x'});
        assertThat(sandbox.run(Command.of("cat | wc -c").input(new byte[2_000_000]))
                        .output()
                        .strip())
                .isEqualTo("2000000");
        assertThat(sandbox.runAsync(Command.of("echo later")).get().output()).isEqualTo("later\n");
    }

    @Test
    void aSessionKeepsDirectoryAndVariables() {
        try (Session session = sandbox.session("/bin/bash", Map.of("GIVEN", "yes"))) {
            session.run("cd src && export MADE=$GIVEN").orThrow();
            assertThat(session.run("pwd; echo $MADE", Duration.ofSeconds(30)).output())
                    .isEqualTo("/workspace/src\nyes\n");
            try (CommandStream stream = session.stream(Command.of("cat").input("streamed"))) {
                assertThat(new String(stream.next().orElseThrow().bytes())).isEqualTo("streamed");
            }
            assertThat(session.isOpen()).isTrue();
            session.close();
            assertThat(session.id()).startsWith("sess_");
        }
    }

    @Test
    void filesAreSeenAsTheSandboxSeesThem() {
        SandboxFiles files = sandbox.files();
        assertThat(files.exists(".env.local")).isFalse();
        assertThat(files.write("work/new", "content").size()).isEqualTo(7);
        assertThat(files.readText("/workspace/work/new")).isEqualTo("content");
        byte[] large = "0123456789abcdef".repeat(300_000).getBytes();
        files.write("work/large", large);
        assertThat(files.readBytes("work/large")).isEqualTo(large);
        files.makeDirectories("work/a/b");
        files.move("work/new", "work/a/b/moved");
        assertThat(files.list("work/a", 2)).extracting(FileInfo::name).containsExactlyInAnyOrder("b", "moved");
        assertThat(files.stat("work/a/b").isDirectory()).isTrue();
        assertThat(files.search("src", "beta")).containsExactly(new FileMatch("main.txt", 2, "beta"));
        files.remove("work/large");
        files.removeAll("work/a");
        assertThat(files.list("work")).extracting(FileInfo::name).doesNotContain("a", "large");
    }

    @Test
    void whatIsWrittenIsShownLandedKeptAndDropped() {
        try (Sandbox mine = client.fromCodebase(sandbox.codebaseId())
                .preset(Presets.FULL_ACCESS)
                .commit(CommitMode.MANUAL)
                .start()) {
            mine.run("echo one > one; echo two > two; echo new > work/notes").orThrow();
            assertThat(mine.diff())
                    .contains(new Change("/one", Change.Kind.ADDED, false))
                    .contains(new Change("/work/notes", Change.Kind.MODIFIED, false));
            assertThat(new String(mine.patch())).contains("+new").contains("-old");
            assertThat(mine.previewCommit().landed()).hasSize(3);
            assertThat(mine.commit(List.of("/one")).landed())
                    .extracting(Change::path)
                    .containsExactly("/one");
            assertThat(client.codebases().read(mine.codebaseId(), "one")).isEqualTo("one\n".getBytes());

            Snapshot before = mine.snapshot("before");
            assertThat(mine.snapshots()).containsExactly(before);
            mine.run("rm two").orThrow();
            try (Sandbox fork = mine.fork()) {
                fork.start();
                assertThat(fork.files().exists("two")).isFalse();
                fork.run("echo forked > two").orThrow();
            }
            mine.rollback(before);
            assertThat(mine.files().readText("two")).isEqualTo("two\n");
            mine.discard();
            assertThat(mine.diff()).isEmpty();
            assertThat(mine.files().readText("work/notes")).isEqualTo("old\n");
        }
    }

    @Test
    void rulesAreExplainedChangedAndTheirDenialsTold() {
        try (Sandbox mine = client.fromCodebase(sandbox.codebaseId())
                .preset(Presets.AGENT_SAFE)
                .start()) {
            assertThat(mine.run("cat .env.local").isSuccess()).isFalse();
            assertThat(mine.denials()).anySatisfy(denial -> {
                assertThat(denial.path()).isEqualTo("/workspace/.env.local");
                assertThat(denial.permission()).isEqualTo(Permission.NONE);
                assertThat(denial.rule().orElseThrow().pattern()).isEqualTo("**/.env*");
                assertThat(denial.count()).isPositive();
            });
            Explanation why = mine.explain("/.env.local");
            assertThat(why.permission()).isEqualTo(Permission.NONE);
            assertThat(why.rule()).contains(PermissionRule.none("**/.env*").withPriority(100));
            assertThat(why.others()).extracting(loser -> loser.rule().pattern()).contains("**/*");

            mine.updateRules(List.of(PermissionRule.read("**/*")));
            assertThat(mine.run("cat .env.local").output()).isEqualTo("SECRET=1\n");
            mine.updateRules(Presets.VIEW_ONLY, List.of());
            assertThat(mine.run("cat .env.local").isSuccess()).isFalse();
        }
    }

    @Test
    void commandsInTheBackgroundAreListedAndSignalled() {
        BackgroundCommand sleep = sandbox.launch(Command.of("exec sleep 300"));
        assertThat(sandbox.background()).extracting(BackgroundCommand::id).contains(sleep.id());
        assertThat(sandbox.usage().processes()).isPositive();
        sleep.terminate();
        assertThat(sleep.await().exitCode()).isEqualTo(128 + 15);
        assertThat(sleep.isRunning()).isFalse();
        BackgroundCommand stubborn = sandbox.launch(Command.of("trap '' TERM; sleep 300; sleep 300"));
        stubborn.kill();
        assertThat(stubborn.await().exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void aSandboxIsStoppedAndStartedAgainWithWhatItWrote() {
        try (Sandbox mine = client.fromCodebase(sandbox.codebaseId())
                .preset(Presets.FULL_ACCESS)
                .commit(CommitMode.MANUAL)
                .start()) {
            mine.run("echo kept > kept").orThrow();
            assertThat(mine.stop().status()).isEqualTo(SandboxStatus.STOPPED);
            assertThat(mine.start().status()).isEqualTo(SandboxStatus.RUNNING);
            assertThat(mine.files().readText("kept")).isEqualTo("kept\n");
        }
    }
}
