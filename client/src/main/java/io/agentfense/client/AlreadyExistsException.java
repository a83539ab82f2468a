package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** Something of that name is there already. */
public final class AlreadyExistsException extends SandboxException {
    private static final long serialVersionUID = 1;

    AlreadyExistsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
