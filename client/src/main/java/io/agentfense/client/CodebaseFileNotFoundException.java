package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** There is nothing at that path of the codebase. */
public final class CodebaseFileNotFoundException extends CodebaseException {
    private static final long serialVersionUID = 1;

    private final String codebaseId;
    private final String path;

    CodebaseFileNotFoundException(String codebaseId, String path, @Nullable Throwable cause) {
        super("no " + path + " in codebase " + codebaseId, cause);
        this.codebaseId = codebaseId;
        this.path = path;
    }

    /** Whose file. */
    public String codebaseId() {
        return codebaseId;
    }

    /** From the codebase's root. */
    public String path() {
        return path;
    }
}
