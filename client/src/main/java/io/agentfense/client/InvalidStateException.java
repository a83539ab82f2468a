package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** Not in the present state, or not with what is there; the message says which. */
public final class InvalidStateException extends SandboxException {
    private static final long serialVersionUID = 1;

    InvalidStateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
