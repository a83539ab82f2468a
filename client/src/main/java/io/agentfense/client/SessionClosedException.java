package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** The session's shell has ended: by {@code exit}, with its sandbox, or because it was closed. */
public final class SessionClosedException extends SessionException {
    private static final long serialVersionUID = 1;

    private final String sessionId;
    private final String reason;

    SessionClosedException(String sessionId, String reason, @Nullable Throwable cause) {
        super("session " + sessionId + ": " + reason, cause);
        this.sessionId = sessionId;
        this.reason = reason;
    }

    /** Which one. */
    public String sessionId() {
        return sessionId;
    }

    /** Why it was closed, in the server's words. */
    public String reason() {
        return reason;
    }
}
