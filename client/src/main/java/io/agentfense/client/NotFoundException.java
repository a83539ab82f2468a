package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** There is no such process or snapshot, or none that the caller may know of. */
public final class NotFoundException extends SandboxException {
    private static final long serialVersionUID = 1;

    NotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
