package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** There is no such session, or none that the caller may know of. */
public final class SessionNotFoundException extends SessionException {
    private static final long serialVersionUID = 1;

    private final String sessionId;

    SessionNotFoundException(String sessionId, @Nullable Throwable cause) {
        super("session " + sessionId + " not found", cause);
        this.sessionId = sessionId;
    }

    /** The id that was asked for. */
    public String sessionId() {
        return sessionId;
    }
}
