package io.agentfense.workspace.attacks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A running {@code src/test/probe}: a program inside a mount that does what it is told, one system call at a time, and
 * says what came of it. Not thread-safe.
 */
final class Probe implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/probe").toAbsolutePath();
    private static final Path PROGRAM = build();

    private final Process process;
    private final OutputStream in;
    private final BufferedReader out;

    private Probe(Process process) {
        this.process = process;
        this.in = process.getOutputStream();
        this.out = process.inputReader(StandardCharsets.ISO_8859_1);
    }

    private static Path build() {
        try (Stream<Path> files = Files.list(SOURCES)) {
            Path home = Files.createTempDirectory("agentfense-probe");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path program = home.resolve("probe");
            List<String> command = new ArrayList<>(
                    List.of("gcc", "-O1", "-Wall", "-Wextra", "-static", "-pthread", "-o", program.toString()));
            files.map(Path::toString).filter(name -> name.endsWith(".c")).forEach(command::add);
            Shell.run(SOURCES, command);
            program.toFile().deleteOnExit();
            home.toFile().deleteOnExit();
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program itself, which all users may run. */
    static Path program() {
        return PROGRAM;
    }

    /** Starts one in a directory, as root or as the ordinary user. */
    static Probe in(Path directory, boolean ordinary) {
        List<String> command = List.of(PROGRAM.toString());
        ProcessBuilder builder = new ProcessBuilder(ordinary ? OrdinaryUser.command(command) : command);
        // An ordinary user may not be able to reach the directory until it is that user's process.
        List<String> wrapped = new ArrayList<>(builder.command());
        wrapped.addAll(wrapped.size() - 1, List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", directory.toString()));
        builder.command(wrapped).redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            return new Probe(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has one operation done; "OK ..." or the name of an errno. */
    String tell(String operation) {
        start(operation);
        try {
            return answer();
        } catch (AssertionError e) {
            throw new AssertionError(operation, e);
        }
    }

    /** Has one operation begun, which may not end for long; {@link #answer} says what came of it. */
    void start(String operation) {
        try {
            in.write((operation + "\n").getBytes(StandardCharsets.ISO_8859_1));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(operation, e);
        }
    }

    /** What came of the operation that was begun. */
    String answer() {
        try {
            String answer = out.readLine();
            if (answer == null) {
                throw new AssertionError("the probe died");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Signals the program, which may be in the middle of an operation. */
    void signal(String name) {
        Shell.run(Path.of("/"), List.of("kill", "-" + name, Long.toString(process.pid())));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
