package io.agentfense.client.tools;

import static io.agentfense.client.tools.AgentTool.optional;
import static io.agentfense.client.tools.AgentTool.required;

import io.agentfense.client.Command;
import io.agentfense.client.ExecResult;
import io.agentfense.client.Sandbox;
import java.time.Duration;
import java.util.List;

/** Runs a command. */
final class BashTool {
    private static final long USUAL_MILLIS = 120_000;
    private static final long MOST_MILLIS = 600_000;

    private BashTool() {}

    static AgentTool in(Sandbox sandbox) {
        return new AgentTool(
                "Bash",
                "Runs a shell command in /workspace and returns its output, and its exit code if that is not 0."
                        + " Directory and variables do not persist between calls. Output beyond " + Results.LONGEST
                        + " characters is left out from the middle.",
                List.of(
                        required("command", AgentTool.Type.STRING, "The command"),
                        optional(
                                "timeout",
                                AgentTool.Type.INTEGER,
                                "Milliseconds, at most " + MOST_MILLIS + "; " + USUAL_MILLIS + " if not given"),
                        optional("description", AgentTool.Type.STRING, "What it does, in a few words")),
                arguments -> run(sandbox, arguments));
    }

    private static String run(Sandbox sandbox, Arguments arguments) throws ToolFailure {
        long millis = arguments.number("timeout", USUAL_MILLIS);
        if (millis < 1 || millis > MOST_MILLIS) {
            throw new ToolFailure("timeout must be 1 to " + MOST_MILLIS + " milliseconds");
        }
        return told(sandbox.run(Command.of(arguments.text("command")).within(Duration.ofMillis(millis))));
    }

    private static String told(ExecResult result) {
        StringBuilder text = new StringBuilder(result.output());
        if (result.stdout().isTruncated() || result.stderr().isTruncated()) {
            text.append("\n[more was printed than is kept]");
        }
        result.limitExceeded()
                .ifPresent(limit ->
                        text.append("\n[ran into the limit of ").append(limit).append(']'));
        if (!result.isSuccess()) {
            text.append(text.isEmpty() ? "" : "\n").append("Exit code ").append(result.exitCode());
        }
        return text.isEmpty() ? "(no output)" : text.toString();
    }
}
