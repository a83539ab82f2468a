package io.agentfense.sandbox;

import java.util.Map;

/**
 * What a shell session is made of.
 *
 * @param shell the absolute path of a POSIX shell inside the sandbox, such as {@code /bin/sh} or {@code /bin/bash}
 * @param environment variables beside the defaults of {@link Command}, or instead of them
 * @param directory where it starts: a path inside the sandbox, relative to the workspace unless absolute
 */
public record ShellSpec(String shell, Map<String, String> environment, String directory) {
    private static final String DEFAULT_SHELL = "/bin/sh";

    /** Refuses a shell that is not named by its path. */
    public ShellSpec {
        if (!shell.startsWith("/")) {
            throw new IllegalArgumentException("the shell must be an absolute path, such as /bin/sh, not " + shell);
        }
        environment = Map.copyOf(environment);
    }

    /** {@code /bin/sh} in the workspace. */
    public static ShellSpec standard() {
        return of(DEFAULT_SHELL);
    }

    /** This shell in the workspace. */
    public static ShellSpec of(String shell) {
        return new ShellSpec(shell, Map.of(), BwrapArguments.WORKSPACE);
    }

    /** The same with these variables. */
    public ShellSpec withEnvironment(Map<String, String> variables) {
        return new ShellSpec(shell, variables, directory);
    }

    /** The same in another directory. */
    public ShellSpec in(String newDirectory) {
        return new ShellSpec(shell, environment, newDirectory);
    }

    Command command() {
        return Command.of(shell).withEnvironment(environment).in(directory);
    }
}
