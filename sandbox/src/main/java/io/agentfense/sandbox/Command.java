package io.agentfense.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What to run in a sandbox.
 *
 * @param arguments the program, by path or by a name on PATH, then its arguments
 * @param environment variables beside the defaults, or instead of them
 * @param directory where it starts: a path inside the sandbox, relative to the workspace unless absolute
 * @param timeout how long it may run before all its processes are killed; without one, as long as it likes
 * @param stdin where its input comes from
 * @param stdout where its output goes
 * @param stderr where its errors go; in a terminal they go to stdout with the rest
 */
public record Command(
        List<String> arguments,
        Map<String, String> environment,
        String directory,
        Optional<Duration> timeout,
        Input stdin,
        Output stdout,
        Output stderr) {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int CAPTURE_BYTES = 1 << 20;
    private static final Map<String, String> DEFAULTS = Map.of(
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME", BwrapArguments.WORKSPACE,
            "LANG", "C.UTF-8",
            "TERM", "xterm-256color",
            "USER", "agent");

    /** Refuses names of variables that shells can't set, values that no variable can have, and a timeout that is not positive. */
    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        environment.forEach((name, value) -> {
            if (!VARIABLE.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "\"" + name + "\" can't be a variable: letters, digits and _, the first no digit");
            }
            if (value.indexOf(0) >= 0) {
                throw new IllegalArgumentException("the value of " + name + " holds a NUL, which no variable can");
            }
        });
        if (timeout.isPresent() && !timeout.get().isPositive()) {
            throw new IllegalArgumentException("the timeout must be positive");
        }
    }

    /** Runs a program in the workspace without input, keeping at most 1 MiB of each output. */
    public static Command of(String... arguments) {
        return of(List.of(arguments));
    }

    /** The same for a list. */
    public static Command of(List<String> arguments) {
        return new Command(
                arguments,
                Map.of(),
                BwrapArguments.WORKSPACE,
                Optional.empty(),
                Input.none(),
                Output.capture(CAPTURE_BYTES),
                Output.capture(CAPTURE_BYTES));
    }

    /** The same with these variables. */
    public Command withEnvironment(Map<String, String> variables) {
        return new Command(arguments, variables, directory, timeout, stdin, stdout, stderr);
    }

    /** The same in another directory. */
    public Command in(String newDirectory) {
        return new Command(arguments, environment, newDirectory, timeout, stdin, stdout, stderr);
    }

    /** The same with a timeout. */
    public Command withTimeout(Duration newTimeout) {
        return new Command(arguments, environment, directory, Optional.of(newTimeout), stdin, stdout, stderr);
    }

    /** The same with other streams. */
    public Command withStreams(Input newStdin, Output newStdout, Output newStderr) {
        return new Command(arguments, environment, directory, timeout, newStdin, newStdout, newStderr);
    }

    /** The directory as an absolute path inside the sandbox. It is resolved there, by the command's own rights. */
    String absoluteDirectory() {
        return directory.startsWith("/") ? directory : BwrapArguments.WORKSPACE + "/" + directory;
    }

    /**
     * The whole environment, as strings NAME=VALUE, in the order of their names.
     *
     * @param ofSandbox what every command of its sandbox has
     */
    List<String> variables(Map<String, String> ofSandbox) {
        Map<String, String> all = new TreeMap<>(DEFAULTS);
        all.putAll(ofSandbox);
        all.putAll(environment);
        List<String> variables = new ArrayList<>(all.size());
        all.forEach((name, value) -> variables.add(name + "=" + value));
        return variables;
    }
}
