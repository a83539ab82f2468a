package io.agentfense.sandbox.guest;

/** What was to be done before a command runs: {@code enum step}. */
public enum SetupStep {
    /** Reading the request. */
    REQUEST(1),
    /** Starting a process. */
    FORK(2),
    /** Opening a terminal. */
    TERMINAL(3),
    /** Entering the working directory. */
    DIRECTORY(4),
    /** Descriptors and the command's separation from others. */
    SETUP(5),
    /** Running the program. */
    EXEC(6),
    /** Keeping a shell private from what it starts. */
    PRIVACY(7),
    /** Taking the calls that a shell makes at the end of each turn. */
    CALLS(8);

    private final int code;

    SetupStep(int code) {
        this.code = code;
    }

    static SetupStep of(int code) throws ProtocolException {
        for (SetupStep step : values()) {
            if (step.code == code) {
                return step;
            }
        }
        throw new ProtocolException("step " + code);
    }
}
