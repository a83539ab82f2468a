package io.agentfense.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules withhold it, or the caller's role does not allow it. */
public final class PermissionDeniedException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String operation;
    private final Optional<String> path;
    private final String reason;

    PermissionDeniedException(String operation, Optional<String> path, String reason, @Nullable Throwable cause) {
        super(operation + path.map(at -> " of " + at).orElse("") + " is not allowed: " + reason, cause);
        this.operation = operation;
        this.path = path;
        this.reason = reason;
    }

    /** What was tried, such as {@code write file}. */
    public String operation() {
        return operation;
    }

    /** The path, where it was about one. */
    public Optional<String> path() {
        return path;
    }

    /** The server's words. */
    public String reason() {
        return reason;
    }
}
