package io.agentfense.server.credential;

import org.jspecify.annotations.Nullable;

/** Why something can't be done with a secret. The message is for the caller, and holds no value. */
public final class CredentialException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of answer it is. */
    public enum Kind {
        /** The request can't be meant. */
        INVALID,
        /** There is no such secret. */
        NOT_FOUND,
        /** Not as the server is set up. */
        PRECONDITION
    }

    private final Kind kind;

    CredentialException(Kind kind, String message) {
        this(kind, message, null);
    }

    CredentialException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What kind of answer it is. */
    public Kind kind() {
        return kind;
    }
}
