package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** There is no such codebase, or none that the caller may know of. */
public final class CodebaseNotFoundException extends CodebaseException {
    private static final long serialVersionUID = 1;

    private final String codebaseId;

    CodebaseNotFoundException(String codebaseId, @Nullable Throwable cause) {
        super("codebase " + codebaseId + " not found", cause);
        this.codebaseId = codebaseId;
    }

    /** The id that was asked for. */
    public String codebaseId() {
        return codebaseId;
    }
}
