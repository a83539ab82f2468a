package io.agentfense.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A project that tries one real program: {@code prepare.sh} makes ready what comes with the codebase, {@code run.sh} is
 * what runs on a bare disk and in a workspace, in a copy each, and {@code check.sh} looks at what came of it. The file
 * {@code varies} names what can't be equal, {@code rules} what the program needs beyond any policy.
 */
final class Program {
    private static final Path SOURCES = Path.of("src/test/programs").toAbsolutePath();
    private static final String JAVA_HOME = System.getProperty("java.home");

    private final Path scratch;
    private final Path project;
    private int copies;

    private Program(Path scratch) {
        this.scratch = scratch;
        this.project = scratch.resolve("project");
    }

    /** What a run left: how it ended, what it printed, the files, and what the check says of them. */
    record Result(int exitCode, String out, String err, Map<String, String> tree, String check) {}

    /** The project of that name, made ready below a directory of the test's. */
    static Program prepare(String name, Path scratch) throws IOException, InterruptedException {
        Program program = new Program(scratch);
        copy(SOURCES.resolve(name), program.project);
        Files.createDirectories(program.project.resolve("output"));
        if (Files.exists(program.project.resolve("prepare.sh"))) {
            Map<String, String> environment = Map.of(
                    "PATH",
                    BareDisk.PATH,
                    "HOME",
                    System.getProperty("user.home"),
                    "JAVA_HOME",
                    JAVA_HOME,
                    "MAVEN_REPOSITORY",
                    System.getProperty("localRepository"));
            Ended ended = Ended.of(program.project, environment, List.of("sh", "prepare.sh"));
            if (ended.exitCode() != 0) {
                throw new AssertionError(name + " can't be prepared: " + ended);
            }
        }
        return program;
    }

    /** Runs it in a directory of the host's own filesystem. */
    Result onABareDisk() throws IOException, InterruptedException {
        Path tree = copy();
        Ended ended = BareDisk.run(tree, environment(), List.of("sh", "run.sh"));
        return result(ended, tree);
    }

    /** Runs it in a workspace under the rules of these options, and lands what it did. */
    Result inAWorkspace(List<String> rules) throws IOException, InterruptedException {
        Path tree = copy();
        Agentfense agentfense = new Agentfense(tree.resolveSibling(tree.getFileName() + ".state"));
        List<String> command = new ArrayList<>(List.of("run", "--json", "--timeout", "5m"));
        command.addAll(rules);
        named("rules").forEach(rule -> command.addAll(List.of("--rule", rule)));
        environment().forEach((name, value) -> command.addAll(List.of("--env", name + "=" + value)));
        command.addAll(List.of(tree.toString(), "--", "sh", "run.sh"));
        JsonNode document = new ObjectMapper()
                .readTree(agentfense.run(command.toArray(String[]::new)).out());

        Ended applied = agentfense.run("apply", document.get("delta_id").asText());
        if (applied.exitCode() != 0) {
            throw new AssertionError(applied.err());
        }
        Ended ended = new Ended(
                document.get("exit_code").asInt(),
                document.get("stdout").asText(),
                document.get("stderr").asText());
        return result(ended, tree);
    }

    private static Map<String, String> environment() {
        return Map.of("JAVA_HOME", JAVA_HOME);
    }

    private Result result(Ended ended, Path tree) throws IOException, InterruptedException {
        Map<String, String> files = FileTree.describe(tree, named("varies"));
        Ended check = BareDisk.run(tree, environment(), List.of("sh", "check.sh"));
        return new Result(ended.exitCode(), ended.out(), ended.err(), files, check.toString());
    }

    /** The lines of a file of the project but for its comments; none if it has no such file. */
    private List<String> named(String file) throws IOException {
        Path path = project.resolve(file);
        List<String> lines = Files.exists(path) ? Files.readAllLines(path) : List.of();
        return lines.stream().filter(line -> !line.startsWith("#")).toList();
    }

    private Path copy() throws IOException, InterruptedException {
        Path copy = scratch.resolve("copy" + ++copies);
        copy(project, copy);
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Ended ended = Ended.of(Path.of("/"), Map.of(), List.of("cp", "-a", from.toString(), to.toString()));
        if (ended.exitCode() != 0) {
            throw new AssertionError(ended.err());
        }
    }
}
