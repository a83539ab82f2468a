package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** The calling thread was interrupted, or the stream was closed; a command that ran for it was killed. */
public final class CallCancelledException extends SandboxException {
    private static final long serialVersionUID = 1;

    CallCancelledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
