package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** There is no such sandbox, or none that the caller may know of. */
public final class SandboxNotFoundException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String sandboxId;

    SandboxNotFoundException(String sandboxId, @Nullable Throwable cause) {
        super("sandbox " + sandboxId + " not found", cause);
        this.sandboxId = sandboxId;
    }

    /** The id that was asked for. */
    public String sandboxId() {
        return sandboxId;
    }
}
