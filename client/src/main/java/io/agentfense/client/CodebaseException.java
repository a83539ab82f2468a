package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** A call about a codebase failed. */
public abstract sealed class CodebaseException extends SandboxException
        permits CodebaseFileNotFoundException, CodebaseNotFoundException, UploadException {
    private static final long serialVersionUID = 1;

    CodebaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
