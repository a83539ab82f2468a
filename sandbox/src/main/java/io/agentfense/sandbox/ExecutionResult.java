package io.agentfense.sandbox;

import io.agentfense.sandbox.guest.ResourceUsage;
import java.time.Duration;

/**
 * What came of a command.
 *
 * @param outcome how it ended
 * @param duration from the request to the end
 * @param usage what it used, by the guest's word
 * @param outOfMemoryKills how many processes of the sandbox the kernel killed meanwhile because memory ran out
 * @param refusedProcesses how often meanwhile the limit on processes refused one in the sandbox
 * @param stdout what was captured
 * @param stderr what was captured
 */
public record ExecutionResult(
        Outcome outcome,
        Duration duration,
        ResourceUsage usage,
        long outOfMemoryKills,
        long refusedProcesses,
        CapturedOutput stdout,
        CapturedOutput stderr) {
    /** The outcome as a shell would report it. */
    public int exitCode() {
        return outcome.exitCode();
    }
}
