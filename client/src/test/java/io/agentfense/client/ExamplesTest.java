package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs below examples/java do what they say. */
class ExamplesTest {
    private static final Path ROOT = Path.of("..");
    private static final Path EXAMPLES = Path.of("examples/java");

    @TempDir
    Path directory;

    private SourceProgram.End run(String name, String... arguments) throws Exception {
        return SourceProgram.run(ROOT, EXAMPLES.resolve(name), arguments);
    }

    /** A copy of an example in which something is otherwise. */
    private SourceProgram.End changed(String name, String old, String now, String... arguments) throws Exception {
        String text = Files.readString(ROOT.resolve(EXAMPLES).resolve(name));
        assertThat(text).containsOnlyOnce(old);
        Path copy = Files.writeString(directory.resolve(name), text.replace(old, now));
        return SourceProgram.run(ROOT, copy, arguments);
    }

    @Test
    void eachIsShortAndInTheReadme() throws Exception {
        String told = Files.readString(ROOT.resolve(EXAMPLES).resolve("README.md"));
        try (Stream<Path> files = Files.list(ROOT.resolve(EXAMPLES))) {
            List<Path> programs =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(programs).hasSize(4).allSatisfy(program -> {
                assertThat(Files.readAllLines(program)).hasSizeLessThan(80);
                assertThat(told).contains("`" + program.getFileName());
            });
        }
    }

    @Test
    void theReviewerWritesItsReviewAndChangesNoSource() throws Exception {
        SourceProgram.End end = run("CodeReview.java");
        assertThat(end.printed())
                .contains("refused: ", "src/app.py")
                .endsWith("# Review\n- src/app.py:1: is this output meant for users?\n");
        assertThat(end.code()).isZero();
        assertThat(ROOT.resolve("examples/tour/output")).doesNotExist();
    }

    @Test
    void aReviewerThatCouldChangeSourcesSaysSo() throws Exception {
        SourceProgram.End end = changed("CodeReview.java", "\"agent-safe\"", "\"full-access\"");
        assertThat(end.printed()).contains("the reviewer changed a source");
        assertThat(end.code()).isNotZero();
    }

    @Test
    void theRunnerHandsTheExitCodeOnAndShowsWhatTheTestsChanged() throws Exception {
        Path project = Files.createDirectory(directory.resolve("project"));
        SourceProgram.End end = run("CiRunner.java", project.toString(), "echo ran > report.txt; echo tested; exit 42");
        assertThat(end.printed())
                .contains("tested\n", "the tests changed 1 paths:")
                .endsWith("+++ b/report.txt\n@@ -0,0 +1 @@\n+ran\n");
        assertThat(end.code()).isEqualTo(42);
        assertThat(project).isEmptyDirectory();
    }

    @Test
    void theRunnerKeepsItsLimits() throws Exception {
        String project = Files.createDirectory(directory.resolve("project")).toString();
        SourceProgram.End late =
                changed("CiRunner.java", "Duration.ofMinutes(5)", "Duration.ofSeconds(1)", project, "sleep 600");
        assertThat(late.printed()).endsWith("the tests took longer than 1 seconds\n");
        assertThat(late.code()).isEqualTo(124);
        assertThat(run("CiRunner.java", project, "for i in $(seq 999); do sleep 9 & done; wait")
                        .printed())
                .contains("ran into the limit of pids");
    }

    @Test
    void theBuildKeepsItsStateFromStageToStage() throws Exception {
        SourceProgram.End end = run("BuildSession.java");
        assertThat(end.printed())
                .contains("== configure\n", "== compile\n", "== test\n1.2: passed\n", "== package\n", "== got ");
        assertThat(end.code()).isZero();
    }

    @Test
    void theAgentGetsNoSecret() throws Exception {
        SourceProgram.End end = run("AgentLoop.java");
        assertThat(end.printed()).endsWith("14 attempts, no canary came out\n");
        assertThat(end.code()).isZero();
    }

    @Test
    void anAgentWithoutRulesWouldGetThem() throws Exception {
        SourceProgram.End end = changed("AgentLoop.java", "\"agent-safe\"", "\"full-access\"");
        assertThat(end.printed()).contains("a canary came out of: cat .env");
        assertThat(end.code()).isNotZero();
    }
}
