package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** A call about a session failed. */
public abstract sealed class SessionException extends SandboxException
        permits SessionClosedException, SessionNotFoundException {
    private static final long serialVersionUID = 1;

    SessionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
