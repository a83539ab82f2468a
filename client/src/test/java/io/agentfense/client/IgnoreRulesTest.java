package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left out is what git leaves out, asked of git itself. */
class IgnoreRulesTest {
    private static final int ROUNDS = 40;
    private static final List<String> NAMES = List.of("a", "b", "build", "x.log", "key.pem", ".hidden", "sub dir", "ä");
    private static final List<String> PATTERNS = List.of(
            "a",
            "/a",
            "a/",
            "*.log",
            "!x.log",
            "/build",
            "build/",
            "!build",
            "**/b",
            "b/**",
            "a/**/b",
            "a/b",
            "*.p[em]m",
            "sub\\ dir",
            "sub dir",
            "ä",
            "?",
            ".*",
            "!.hidden",
            "# a",
            "",
            "!a/",
            "/*/b",
            "a/*",
            "!a/b",
            "**",
            "!/a");

    @TempDir
    Path directory;

    @BeforeEach
    void initialize() throws Exception {
        git("init", "-q", ".");
    }

    private String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-c", "core.quotePath=false"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isIn(0, 1);
        return said;
    }

    /** The paths of files in the stream that an upload would send. */
    private List<String> uploaded(String... ignore) throws Exception {
        return uploaded(IgnoreRules.of(List.of(ignore)));
    }

    private List<String> uploaded(IgnoreRules rules) throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        ProjectTar.write(directory, rules, new Progress((files, bytes) -> {}), tar);
        return names(tar.toByteArray()).filter(name -> !name.endsWith("/")).toList();
    }

    static Stream<String> names(byte[] tar) throws Exception {
        Process list = new ProcessBuilder("tar", "--quoting-style=literal", "-tf", "-").start();
        list.getOutputStream().write(tar);
        list.getOutputStream().close();
        String said = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(list.waitFor()).isZero();
        return said.lines().sorted();
    }

    /** Files that git, asked with the patterns of a file, would take. */
    private List<String> taken(String file) throws Exception {
        return git("ls-files", "--others", "--exclude-per-directory=" + file)
                .lines()
                .sorted()
                .toList();
    }

    @Test
    void filesOfPatternsInAnyDirectoryMeanWhatTheyMeanToGit() throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Path project = Files.createDirectory(directory.resolve("round-" + seed));
            fill(project, new Random(seed), 3);
            Path repository = directory;
            directory = project;
            git("init", "-q", ".");
            assertThat(uploaded()).as("seed %d in %s", seed, project).isEqualTo(taken(".sandboxignore"));
            directory = repository;
        }
    }

    private static void fill(Path at, Random random, int depth) throws IOException {
        for (String name : NAMES) {
            if (random.nextInt(3) > 0) {
                if (depth > 0 && random.nextBoolean()) {
                    fill(Files.createDirectory(at.resolve(name)), random, depth - 1);
                } else {
                    Files.writeString(at.resolve(name), name);
                }
            }
        }
        if (random.nextInt(3) == 0) {
            List<String> lines = Stream.generate(() -> PATTERNS.get(random.nextInt(PATTERNS.size())))
                    .limit(1 + random.nextInt(5))
                    .toList();
            Files.write(at.resolve(".sandboxignore"), lines);
        }
    }

    @Test
    void bothKindsOfFileCountAndTheSandboxesOwnHasTheLastWord() throws Exception {
        Project.in(directory)
                .file("a.log", "")
                .file("b.log", "")
                .file("deep/a.log", "")
                .file(".gitignore", "*.log\n")
                .file(".sandboxignore", "!b.log\n");
        assertThat(uploaded()).containsExactly(".gitignore", ".sandboxignore", "b.log");
    }

    @Test
    void defaultsAreLeftOutUnlessAFileTakesThemIn() throws Exception {
        Project.in(directory)
                .file(".env", "SECRET=1")
                .file("node_modules/left/pad.js", "")
                .file("src/__pycache__/main.pyc", "")
                .file("src/main.py", "");
        assertThat(uploaded()).containsExactly("src/main.py");
        Project.in(directory).file(".sandboxignore", "!.env\n");
        assertThat(uploaded()).containsExactly(".env", ".sandboxignore", "src/main.py");
    }

    @Test
    void theCallersPatternsHaveTheLastWord() throws Exception {
        Project.in(directory)
                .file("secrets/a", "")
                .file("docs/secrets/b", "")
                .file("main.py", "")
                .file(".sandboxignore", "!secrets\n");
        assertThat(uploaded("secrets/")).containsExactly(".sandboxignore", "main.py");
        assertThat(uploaded("/secrets/")).containsExactly(".sandboxignore", "docs/secrets/b", "main.py");
    }

    @Test
    void aLinkIsNotFollowedForItsPatterns() throws Exception {
        Path outside = Files.writeString(directory.resolve("patterns"), "main.py\n");
        Project.in(directory).file("main.py", "").link(".sandboxignore", outside.toString());
        assertThat(uploaded()).contains("main.py");
    }

    @Test
    void nothingTakesInAgainWhatAnIgnoreFileOfAgentsNames() throws Exception {
        Project.in(directory)
                .file(".agentignore", "*.key\n!public.key\n/notes/\n")
                .file("sub/.aiignore", "!b.key\n")
                .file("sub/.cursorignore", "c\n")
                .file(".sandboxignore", "!*.key\n")
                .file("sub/.gitignore", "!a.key\n");
        for (String name : List.of("a.key", "b.key", "public.key", "notes/x", "c")) {
            Project.in(directory).file(name, "").file("sub/" + name, "");
        }
        assertThat(uploaded(IgnoreRules.of(List.of("!*.key")).withAgentFiles()))
                .containsExactly(
                        ".sandboxignore",
                        "c",
                        "public.key",
                        "sub/.gitignore",
                        "sub/b.key",
                        "sub/notes/x",
                        "sub/public.key");
        assertThat(uploaded()).contains("a.key", "notes/x", ".agentignore", "sub/c");
    }

    @Test
    void anIgnoreFileOfAgentsThatIsALinkIsNotFollowedAndNothingIsUploadedWithoutIt() throws Exception {
        Path outside = Files.writeString(directory.resolve("patterns"), "main.py\n");
        Project.in(directory).file("sub/main.py", "").link("sub/.agentignore", outside.toString());
        assertThatThrownBy(() -> uploaded(IgnoreRules.of(List.of()).withAgentFiles()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sub/.agentignore is no regular file");
    }
}
