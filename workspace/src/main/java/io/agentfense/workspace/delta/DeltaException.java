package io.agentfense.workspace.delta;

import java.io.IOException;

/** A delta that can't be had or changed. The message says what, why and what to do. */
public final class DeltaException extends IOException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Reason {
        /** There is no such delta, path or base. */
        NOT_FOUND,
        /** A prefix that several deltas share. */
        AMBIGUOUS,
        /** Another process has it mounted or works on it. */
        BUSY,
        /** The state on disk can't be read. */
        DAMAGED,
        /** The base can't take the changes. */
        UNFIT,
        /** There is more of something than is kept. */
        LIMIT
    }

    private final Reason reason;

    public DeltaException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public DeltaException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
