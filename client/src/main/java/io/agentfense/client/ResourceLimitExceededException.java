package io.agentfense.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A limit of the server, the user or the sandbox was reached. */
public final class ResourceLimitExceededException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String resource;
    private final OptionalLong limit;
    private final Optional<Duration> retryAfter;
    private final String reason;

    ResourceLimitExceededException(
            String resource,
            OptionalLong limit,
            Optional<Duration> retryAfter,
            String reason,
            @Nullable Throwable cause) {
        super(resource + ": " + reason, cause);
        this.resource = resource;
        this.limit = limit;
        this.retryAfter = retryAfter;
        this.reason = reason;
    }

    /** The key of the limit in the server's configuration, such as {@code sandbox.max_per_user}; what was done where the server names none. */
    public String resource() {
        return resource;
    }

    /** The most that is allowed, where the server says it. */
    public OptionalLong limit() {
        return limit;
    }

    /** When to try again, where waiting helps. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** The server's words. */
    public String reason() {
        return reason;
    }
}
