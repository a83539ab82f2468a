package io.agentfense.server.sandbox;

import java.time.Duration;
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
    @Override
    public String toString() {
        // Neither input nor variables: either may hold a secret.
        return "CommandRequest[" + command.length() + " characters]";
    }
}
