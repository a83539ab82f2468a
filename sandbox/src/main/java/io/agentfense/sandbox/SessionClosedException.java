package io.agentfense.sandbox;

import java.io.IOException;

/** A session whose shell has ended takes no more scripts. The message says how it ended. */
public final class SessionClosedException extends IOException {
    private static final long serialVersionUID = 1;

    SessionClosedException(String message) {
        super(message);
    }
}
