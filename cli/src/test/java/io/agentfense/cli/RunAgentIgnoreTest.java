package io.agentfense.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --agent-ignore}, over real sandboxes that may write everything else. */
class RunAgentIgnoreTest {
    @TempDir
    Path scratch;

    private Path base;
    private Agentfense agentfense;

    @BeforeEach
    void prepare() throws IOException {
        agentfense = new Agentfense(scratch.resolve("state"));
        base = Files.createDirectories(scratch.resolve("base"));
    }

    private void file(String path, String content) throws IOException {
        Path file = base.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private Ended run(String script, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", "--preset", "full-access", "--agent-ignore"));
        command.addAll(List.of(more));
        command.addAll(List.of(base.toString(), "--", "sh", "-c", script));
        return agentfense.run(command.toArray(String[]::new));
    }

    @Test
    void whatIsNamedIsNotThereForCatLsFindGrepAndLinks() throws Exception {
        file(".agentignore", "*.key\n/private/\n");
        file(".aiignore", "notes\n");
        file(".cursorignore", "deep/er\n");
        for (String path : List.of("a.key", "sub/b.key", "private/x", "notes", "deep/er/y", "sub/private/seen")) {
            file(path, "content of " + path + "\n");
        }
        Files.createSymbolicLink(base.resolve("link"), Path.of("a.key"));
        Ended ended = run("cat a.key sub/b.key private/x notes deep/er/y link .agentignore;"
                + " ls -a; find . -type f; grep -r content .; ln a.key own; mv sub moved; cat moved/b.key; exit 0");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out().lines())
                .containsExactlyInAnyOrder(
                        ".",
                        "..",
                        "deep",
                        "link",
                        "sub",
                        "./sub/private/seen",
                        "./sub/private/seen:content of sub/private/seen");
        assertThat(ended.err())
                .contains(".agentignore, .aiignore and .cursorignore hide 5 files and directories")
                .contains("cat: a.key: No such file", "cat: link: No such file", "cat: moved/b.key: No such file");
    }

    @Test
    void nestedFilesNegationsAndAnchorsMeanWhatTheyMeanToGit() throws Exception {
        file(".agentignore", "\ufeff*.key\r\n!public.key\n/build\nlogs/\n**/tmp/*\n!**/tmp/kept\nlast\\ \n[ab].txt\n");
        file("sub/.agentignore", "!b.key\n/c\n*.md\n");
        file("sub/deep/.agentignore", "public.key\n!x.md\n");
        file("logs/.agentignore", "!in\n");
        for (String directory : List.of("", "sub/", "sub/deep/", "logs/", "tmp/", "sub/tmp/")) {
            for (String name : List.of(
                    "a.key", "b.key", "public.key", "build", "c", "x.md", "in", "kept", "last ", "a.txt", "c.txt")) {
                file(directory + name, "");
            }
        }
        Ended ended = run("find . -type f | cut -c3- | LC_ALL=C sort");
        assertThat(ended.out().lines().toList()).isEqualTo(visibleToGit()).contains("sub/b.key", "sub/deep/x.md");
    }

    /** What git, given the same files under its own name, takes. */
    private List<String> visibleToGit() throws Exception {
        try (Stream<Path> all = Files.walk(base)) {
            for (Path file : all.filter(file -> file.endsWith(".agentignore")).toList()) {
                Files.move(file, file.resolveSibling(".gitignore"));
            }
        }
        git("init", "-q", ".");
        return git("-c", "core.quotePath=false", "ls-files", "--others", "--exclude-standard")
                .lines()
                .filter(path -> !path.endsWith(".gitignore"))
                .sorted()
                .toList();
    }

    private String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(base.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void noCommandChangesWhatTheNextRunHides() throws Exception {
        file(".agentignore", "*.key\n/sub/once\n");
        file("sub/a.key", "");
        file("sub/once", "");
        Ended ended = run(
                "echo >.agentignore; rm -f .agentignore; mv x .agentignore; echo '!*.key' >sub/.agentignore;"
                        + " echo '!*.key' >sub/.cursorignore; mkdir .aiignore; ln -s x sub/.aiignore; mv sub other;"
                        + " touch landed; exit 0",
                "--apply");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        // Of the directory that was to be moved nothing could be: the other is new.
        try (Stream<Path> all = Files.walk(base)) {
            assertThat(all.map(file -> base.relativize(file).toString()))
                    .containsExactlyInAnyOrder("", ".agentignore", "landed", "other", "sub", "sub/a.key", "sub/once");
        }
        assertThat(base.resolve(".agentignore")).hasContent("*.key\n/sub/once\n");
    }

    @Test
    void anIgnoreFileThatIsALinkIsNotFollowedAndNothingRunsWithoutIt() throws Exception {
        Path outside = Files.writeString(scratch.resolve("patterns"), "*.key\n");
        file("sub/a.key", "");
        Files.createSymbolicLink(base.resolve("sub/.cursorignore"), outside);
        Ended ended = run("echo ran");
        assertThat(ended.exitCode()).isEqualTo(125);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("/sub/.cursorignore is no regular file")
                .doesNotContain("*.key");
    }

    @Test
    void secretsAreHiddenBesideThem() throws Exception {
        file(".agentignore", "notes\n");
        file("notes", "");
        file("key.py", "key = \"" + "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e\"\n");
        file("app.py", "");
        assertThat(run("ls", "--secrets", "hide").out()).isEqualTo("app.py\n");
    }

    @Test
    void withoutTheOptionTheyAreFilesAsOthers() throws Exception {
        file(".agentignore", "notes\n");
        file("notes", "there");
        Ended ended =
                agentfense.run("run", "--rule", "/**=read", base.toString(), "--", "cat", "notes", ".agentignore");
        assertThat(ended.out()).isEqualTo("therenotes\n");
    }
}
