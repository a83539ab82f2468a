package io.agentfense.langchain4j;

import dev.langchain4j.code.CodeExecutionEngine;
import io.agentfense.client.Command;
import io.agentfense.client.ExecResult;
import io.agentfense.client.Sandbox;
import java.time.Duration;

/** Executes code in a sandbox: an interpreter there reads it from its input. Thread-safe. */
public final class SandboxCodeExecutionEngine implements CodeExecutionEngine {
    private final Sandbox sandbox;
    private final String interpreter;
    private final Duration timeout;

    /**
     * Over a sandbox, which whoever made it closes.
     *
     * @param interpreter a command that reads code from its input, such as {@code python3 -}
     * @param timeout for each piece of code; positive
     */
    public SandboxCodeExecutionEngine(Sandbox sandbox, String interpreter, Duration timeout) {
        this.sandbox = sandbox;
        this.interpreter = interpreter;
        this.timeout = timeout;
    }

    /**
     * Executes it, and returns what it wrote, with the exit code where that is not 0.
     *
     * @throws io.agentfense.client.CommandTimeoutException if its time was up
     * @throws io.agentfense.client.SandboxException if the sandbox takes no commands
     */
    @Override
    public String execute(String code) {
        ExecResult result = sandbox.run(Command.of(interpreter).input(code).within(timeout));
        return result.isSuccess() ? result.output() : result.output() + "\nExit code " + result.exitCode();
    }
}
