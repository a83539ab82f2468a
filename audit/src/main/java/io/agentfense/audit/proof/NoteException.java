package io.agentfense.audit.proof;

import java.io.IOException;

/** A checkpoint or a key that is not what it should be. */
public final class NoteException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public NoteException(String message) {
        super(message);
    }

    /** Says what is wrong, and what showed it. */
    public NoteException(String message, Throwable cause) {
        super(message, cause);
    }
}
