package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of this machine becomes a sandbox's workspace as it is, and nothing of it stays on the server. */
class FromLocalTest {
    @TempDir
    Path directory;

    private AgentFenseClient client;

    @BeforeEach
    void connect() {
        client = SharedServer.get().client();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void programsRunEmptyDirectoriesAreThereLinksLeadOnAndTheIgnoredIsNot() throws Exception {
        String deep = "deep/".repeat(30) + "file";
        Project.in(directory)
                .program("tools/hello", "#!/bin/sh\necho hello\n")
                .file("plain", "not a program")
                .file(deep, "a name of more than 100 bytes")
                .file("large", "x".repeat(3_000_000))
                .file("büro", "ä")
                .empty("output")
                .link("alias", "tools/hello")
                .file("secret.txt", "secret")
                .file(".sandboxignore", "secret.*\n");
        try (Sandbox sandbox = client.fromLocal(directory)
                .rules(
                        PermissionRule.read("**/*"),
                        PermissionRule.write("/output/**").withPriority(1))
                .start()) {
            assertThat(sandbox.run("./tools/hello; ./alias").orThrow().output()).isEqualTo("hello\nhello\n");
            assertThat(sandbox.run("./plain").exitCode()).isEqualTo(126);
            assertThat(sandbox.run("touch output/x").orThrow().isSuccess()).isTrue();
            assertThat(sandbox.run("ls -A").output())
                    .isEqualTo(".sandboxignore\nalias\nbüro\ndeep\nlarge\noutput\nplain\ntools\n");
            assertThat(sandbox.files().readText(deep)).isEqualTo("a name of more than 100 bytes");
            assertThat(sandbox.files().stat("large").size()).isEqualTo(3_000_000);
            assertThat(sandbox.files().stat("alias").linkTarget()).contains("tools/hello");
            assertThat(sandbox.run("cat secret.txt").isSuccess()).isFalse();
        }
    }

    @Test
    void theSameDirectoryCanBeIgnoredFurtherByTheCaller() throws Exception {
        Project.in(directory).file("a.key", "").file("a", "");
        try (Sandbox sandbox = client.fromLocal(directory)
                .ignore("*.key")
                .preset(Presets.READ_ONLY)
                .start()) {
            assertThat(sandbox.files().list("/workspace"))
                    .extracting(FileInfo::name)
                    .containsExactly("a");
        }
    }

    @Test
    void whatTheIgnoreFilesOfAgentsNameIsNotThereIfThatIsAskedFor() throws Exception {
        Project.in(directory).file(".cursorignore", "*.key\n").file("a.key", "").file("a", "");
        try (Sandbox sandbox = client.fromLocal(directory)
                .agentIgnore()
                .preset(Presets.FULL_ACCESS)
                .start()) {
            assertThat(sandbox.run("find . -type f").output()).isEqualTo("./a\n");
        }
        assertThatThrownBy(() ->
                        client.fromCodebase("cb_0123456789abcdef").agentIgnore().create())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theResultOfAnUploadHasTheSecretsInItWithoutTheirValues() throws Exception {
        // In two parts, so that nobody finds one here.
        String content = "# keys\nstripe = '" + "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e'\n";
        Project.in(directory).file("sub/keys.py", content).file("clean", "nothing");
        Codebases codebases = client.codebases();
        String id = codebases.create("secrets", "me").id();
        assertThat(codebases.upload(id, directory, List.of()))
                .isEqualTo(new UploadResult(
                        2,
                        1,
                        0,
                        content.length() + 7L,
                        List.of(new FoundSecret("sub/keys.py", 2, "stripe-key", "sk_l********")),
                        1));
        assertThat(codebases.write(id, "keys.py", content.getBytes()).secrets())
                .containsExactly(new FoundSecret("keys.py", 2, "stripe-key", "sk_l********"));
        assertThat(codebases.write(id, "clean", "nothing".getBytes())).satisfies(result -> {
            assertThat(result.secrets()).isEmpty();
            assertThat(result.secretCount()).isZero();
        });
        codebases.delete(id);
    }

    @Test
    void closingTakesTheSandboxAndItsCodebaseBackAndTwiceIsOnce() throws Exception {
        Project.in(directory).file("a", "");
        Sandbox sandbox = client.fromLocal(directory).label("made", "twice").start();
        sandbox.close();
        sandbox.close();
        assertThat(client.sandboxes(java.util.Map.of("made", "twice"))).isEmpty();
        assertThatThrownBy(() -> client.codebases().get(sandbox.codebaseId()))
                .isInstanceOf(CodebaseNotFoundException.class);
    }

    @Test
    void whatIsMadeOfACodebaseLeavesTheCodebaseAndWhatIsConnectedToLeavesAll() {
        String codebase = client.codebases().create("kept", "me").id();
        try (Sandbox sandbox =
                client.fromCodebase(codebase).preset(Presets.FULL_ACCESS).start()) {
            try (Sandbox same = client.connect(sandbox.id())) {
                same.run("echo x > x").orThrow();
            }
            assertThat(sandbox.run("cat x").output()).isEqualTo("x\n");
        }
        assertThat(client.codebases().read(codebase, "x")).isEqualTo("x\n".getBytes());
        client.codebases().delete(codebase);
    }

    @Test
    void withoutPresetAndRulesNothingCanBeRead() throws Exception {
        Project.in(directory).file("a", "secret");
        try (Sandbox sandbox = client.fromLocal(directory).start()) {
            assertThat(sandbox.run("ls; cat a").stdout().text()).isEqualTo("a\n");
        }
    }

    @Test
    void rulesWithoutAPresetAreAllThatHolds() throws Exception {
        Project.in(directory).file("a", "read").file("b", "");
        try (Sandbox sandbox =
                client.fromLocal(directory).rules(PermissionRule.read("/a")).start()) {
            assertThat(sandbox.run("cat a; ls").stdout().text()).isEqualTo("reada\n");
        }
    }

    @Test
    void aDirectoryThatIsNoneIsRefusedBeforeAnythingIsMade() {
        int before = client.codebases().list().size();
        assertThatThrownBy(() -> client.fromLocal(directory.resolve("none")).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none");
        assertThat(client.codebases().list()).hasSize(before);
    }

    @Test
    void aStartThatFailsLeavesNothing() throws Exception {
        Project.in(directory).file("a", "");
        int before = client.codebases().list().size();
        assertThatThrownBy(() -> client.fromLocal(directory)
                        .rules(List.of(PermissionRule.read("[")))
                        .start())
                .isInstanceOf(InvalidConfigurationException.class);
        assertThat(client.codebases().list()).hasSize(before);
    }

    @Test
    void itIsHeardHowFarAnUploadIs() throws Exception {
        Project.in(directory)
                .file("large", "x".repeat(3_000_000))
                .file("small", "y")
                .empty("none");
        List<String> heard = new ArrayList<>();
        try (Sandbox sandbox = client.fromLocal(directory)
                .onProgress((files, bytes) -> heard.add(files + " files " + bytes))
                .start()) {
            assertThat(heard).hasSizeGreaterThan(3).endsWith("1 files 3000000", "2 files 3000001");
            assertThat(heard.getFirst()).startsWith("0 files 1");
            assertThat(sandbox.id()).startsWith("sb_");
        }
    }

    @Test
    void whoCanNotHearFailsTheUploadAndNothingStays() throws Exception {
        Project.in(directory).file("a", "");
        int before = client.codebases().list().size();
        assertThatThrownBy(() -> client.fromLocal(directory)
                        .onProgress((files, bytes) -> {
                            throw new IllegalStateException("deaf");
                        })
                        .start())
                .isInstanceOf(UploadException.class)
                .hasMessageContaining("deaf");
        assertThat(client.codebases().list()).hasSize(before);
    }
}
