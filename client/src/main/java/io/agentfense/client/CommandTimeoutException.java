package io.agentfense.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The command's time was up; it and all that came of it were killed. */
public final class CommandTimeoutException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String command;
    private final Duration duration;

    CommandTimeoutException(String command, Duration duration, @Nullable Throwable cause) {
        super("timed out after " + duration.toMillis() + " ms: " + command, cause);
        this.command = command;
        this.duration = duration;
    }

    /** As it was given. */
    public String command() {
        return command;
    }

    /** What it was allowed; where the server's default held, how long it took until this was told. */
    public Duration duration() {
        return duration;
    }
}
