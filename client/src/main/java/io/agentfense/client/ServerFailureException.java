package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** Something broke on the server; its log says more. */
public final class ServerFailureException extends SandboxException {
    private static final long serialVersionUID = 1;

    ServerFailureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
