package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** The sandbox has to run for this; {@link Sandbox#start} starts it. */
public final class SandboxNotRunningException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String sandboxId;

    SandboxNotRunningException(String sandboxId, @Nullable Throwable cause) {
        super("sandbox " + sandboxId + " is not running", cause);
        this.sandboxId = sandboxId;
    }

    /** Which one. */
    public String sandboxId() {
        return sandboxId;
    }
}
