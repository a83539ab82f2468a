package io.agentfense.sandbox;

import java.io.IOException;

/** A session runs a script already, and the caller did not want to wait for its end. */
public final class SessionBusyException extends IOException {
    private static final long serialVersionUID = 1;

    SessionBusyException() {
        super("the session runs another script; wait for its end, interrupt it, or open a second session");
    }
}
