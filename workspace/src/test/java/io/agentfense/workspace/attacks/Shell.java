package io.agentfense.workspace.attacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Programs of the host that tests need to have done something. */
final class Shell {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL",
            "C.UTF-8",
            "HOME",
            "/nonexistent",
            "TZ",
            "UTC");

    private Shell() {}

    /** What a program printed, errors too; it has to succeed. */
    static String run(Path directory, List<String> command) {
        Result result = attempt(directory, command);
        if (result.exitCode() != 0) {
            throw new AssertionError(command + " ended with " + result.exitCode() + ":\n" + result.output());
        }
        return result.output();
    }

    /** The same by a line for sh. */
    static String sh(Path directory, String script) {
        return run(directory, List.of("sh", "-ec", script));
    }

    static Result attempt(Path directory, List<String> command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
            builder.redirectInput(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().clear();
            builder.environment().putAll(ENVIRONMENT);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** How a program ended and what it printed, a character for each byte. */
    record Result(int exitCode, String output) {}
}
