package io.agentfense.sandbox;

import java.io.IOException;

/** A sandbox that could not start. The message says what is missing and how to mend it. */
public final class StartException extends IOException {
    private static final long serialVersionUID = 1;

    /** With what is missing and how to mend it. */
    public StartException(String message) {
        super(message);
    }

    /** The same, with what told of it. */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
