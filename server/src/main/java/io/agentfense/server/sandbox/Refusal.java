package io.agentfense.server.sandbox;

import org.jspecify.annotations.Nullable;

/** Why a request was not done. The message is for the caller: it names no path of the host and no secret. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of answer it is. */
    public enum Kind {
        /** There is no such thing, or none that the caller may know of. */
        NOT_FOUND,
        /** The request can't be meant. */
        INVALID,
        /** Not in the present state. */
        PRECONDITION,
        /** Its time was up. */
        TIMED_OUT,
        /** A limit was reached. */
        EXHAUSTED,
        /** Both sides changed the same. */
        CONFLICT,
        /** The rules withhold it. */
        WITHHELD,
        /** It is there already. */
        EXISTS,
        /** The client went away, or took it back. */
        CANCELLED,
        /** Not at present; it may be tried again. */
        UNAVAILABLE,
        /** Something broke here. */
        FAILED
    }

    private final Kind kind;

    /** A refusal for the caller. */
    public Refusal(Kind kind, String message) {
        this(kind, message, null);
    }

    /** A refusal with a cause for the log. */
    public Refusal(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What kind of answer it is. */
    public Kind kind() {
        return kind;
    }

    /** Of a sandbox that is not there, or not for who asks: in the same words. */
    public static Refusal noSandbox() {
        return new Refusal(Kind.NOT_FOUND, "sandbox not found");
    }

    /** Of what is read from the audit log where none is kept. */
    public static Refusal noAuditLog() {
        return new Refusal(Kind.PRECONDITION, "this server keeps no audit log: audit.enabled is false");
    }

    static Refusal notRunning() {
        return new Refusal(Kind.PRECONDITION, "sandbox is not running");
    }
}
