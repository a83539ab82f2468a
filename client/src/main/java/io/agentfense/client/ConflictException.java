package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** The codebase changed at the same paths, so nothing landed. */
public final class ConflictException extends SandboxException {
    private static final long serialVersionUID = 1;

    ConflictException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
