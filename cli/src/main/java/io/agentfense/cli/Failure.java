package io.agentfense.cli;

import java.io.IOException;

/** What the user is told, and the exit code that scripts see. */
final class Failure extends IOException {
    /** agentfense failed before the command ran. */
    static final int BEFORE_THE_COMMAND = 125;

    static final int GENERAL = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int CONFLICT = 6;

    private static final long serialVersionUID = 1;

    private final int exitCode;

    Failure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
