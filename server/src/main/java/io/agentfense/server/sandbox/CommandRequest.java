package io.agentfense.server.sandbox;

import io.agentfense.sandbox.Command;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A shell command that somebody wants run in a sandbox.
 *
 * @param command for {@code /bin/sh -c}
 * @param stdin its whole input
 * @param workdir where it starts, {@code /workspace} if empty
 * @param timeout the configuration's default if empty
 */
public record CommandRequest(
        String command, byte[] stdin, Map<String, String> environment, String workdir, Optional<Duration> timeout) {
    /** The variable that OpenTelemetry's programs look into. */
    private static final String TRACE_PARENT = "TRACEPARENT";

    /** The same with another command. */
    CommandRequest withCommand(String other) {
        return new CommandRequest(other, stdin, environment, workdir, timeout);
    }

    /**
     * The same, told of its trace, unless it was told of another.
     *
     * @param traceParent as W3C has it; nothing if it is to know of none
     */
    CommandRequest within(Optional<String> traceParent) {
        if (traceParent.isEmpty() || environment.containsKey(TRACE_PARENT)) {
            return this;
        }
        Map<String, String> told = new LinkedHashMap<>(environment);
        told.put(TRACE_PARENT, traceParent.get());
        return new CommandRequest(command, stdin, told, workdir, timeout);
    }

    /**
     * What is run for it, without streams and without a limit of time.
     *
     * @throws Refusal INVALID for a directory or variables that can't be
     */
    Command inShell() throws Refusal {
        String directory = WorkingDirectory.of(workdir);
        try {
            return Command.of(List.of("/bin/sh", "-c", command))
                    .withEnvironment(environment)
                    .in(directory);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "env: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        // Neither input nor variables: either may hold a secret.
        return "CommandRequest[" + command.length() + " characters]";
    }
}
