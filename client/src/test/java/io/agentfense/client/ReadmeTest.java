package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README and Javadoc show in Java compiles and does what it says, to the letter. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void theQuickStartRuns() throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(block.find()).as("an example in Java").isTrue();
        assertThat(run(ROOT, block.group(1)))
                .contains("== The listing has no .env")
                .contains("a result")
                .contains("wrote result.txt, 9 bytes")
                .doesNotContain("SECRET_TOKEN");
    }

    /** They get a sandbox where they leave one open, and run where there is a {@code my-project}. */
    @Test
    void theExamplesOfJavadocRun() throws Exception {
        Project project = Project.in(directory.resolve("my-project"))
                .file("main.py", "print('hello')")
                .file("build/Makefile", "all:\n\t@echo made\ntest:\n\t@echo tested $(CI)\n");
        StringBuilder bodies = new StringBuilder();
        int count = 0;
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                Matcher example = EXAMPLE.matcher(Files.readString(source));
                while (example.find()) {
                    bodies.append("{\n")
                            .append(example.group(1).replaceAll("(?m)^ *\\* ?", ""))
                            .append("}\n");
                    count++;
                }
            }
        }
        assertThat(count).isEqualTo(5);
        String program = """
                import io.agentfense.client.*;
                import java.time.Duration;

                void main() throws Exception {
                    Sandbox sandbox = Sandbox.fromLocal(Path.of("my-project")).preset("agent-safe").start();
                    try (sandbox) {
                        examples(sandbox);
                    }
                }

                void examples(Sandbox given) throws Exception {
                """
                + bodies.toString()
                        .replace("{\nsandbox.", "{\nvar sandbox = given;\nsandbox.")
                        .replace("{\ntry (Session", "{\nvar sandbox = given;\ntry (Session")
                        .replace("{\ntry (Terminal", "{\nvar sandbox = given;\ntry (Terminal")
                        .replace("builder().endpoint(\"localhost:9000\")", "builder()")
                + "}\n";
        assertThat(run(project.directory().getParent(), program)).contains("RUNNING");
    }

    private String run(Path at, String program) throws Exception {
        Path source = Files.writeString(directory.resolve("Example.java"), program);
        SourceProgram.End end = SourceProgram.run(at, source);
        assertThat(end.code()).as(end.printed() + "\n" + program).isZero();
        return end.printed();
    }
}
