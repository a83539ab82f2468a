package io.agentfense.client;

/** A command ended with another exit code than 0. Thrown by {@link ExecResult#orThrow} alone. */
public final class CommandExecutionException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final ExecResult result;

    CommandExecutionException(ExecResult result) {
        super("exit code " + result.exitCode() + " of: " + result.command() + "\n" + result.output(), null);
        this.result = result;
    }

    /** The command. */
    public String command() {
        return result.command();
    }

    /** As a shell reports it: 128 + n if signal n ended it. */
    public int exitCode() {
        return result.exitCode();
    }

    /** All that is known of it, with its output. */
    public ExecResult result() {
        return result;
    }
}
