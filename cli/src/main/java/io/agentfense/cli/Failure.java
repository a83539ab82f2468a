package io.agentfense.cli;

import java.io.IOException;

/** What the user is told, and the exit code that scripts see. */
public final class Failure extends IOException {
    /** agentfense failed before the command ran. */
    public static final int BEFORE_THE_COMMAND = 125;

    /** Something failed. */
    public static final int GENERAL = 1;

    /** The command can't be meant. */
    public static final int USAGE = 2;

    /** There is no such thing. */
    public static final int NOT_FOUND = 3;

    /** Somebody may not do that. */
    public static final int DENIED = 4;

    /** There is no server, or it does not answer. */
    public static final int UNREACHABLE = 5;

    /** Both sides changed the same, or a limit was reached. */
    public static final int CONFLICT = 6;

    /** A command's time was up. */
    public static final int TIMED_OUT = 124;

    private static final long serialVersionUID = 1;

    private final int exitCode;

    /** A failure with the exit code that scripts see. */
    public Failure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What scripts see. */
    public int exitCode() {
        return exitCode;
    }
}
