package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** Inside the sandbox there is nothing at that path: it is not there, or the rules hide it. */
public final class FileMissingException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String sandboxId;
    private final String path;

    FileMissingException(String sandboxId, String path, @Nullable Throwable cause) {
        super("no " + path + " in sandbox " + sandboxId, cause);
        this.sandboxId = sandboxId;
        this.path = path;
    }

    /** Whose view. */
    public String sandboxId() {
        return sandboxId;
    }

    /** As it was asked for. */
    public String path() {
        return path;
    }
}
