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
    /** Whether its time was up before its end came. */
    public boolean timedOut() {
        return outcome instanceof Outcome.TimedOut;
    }

    /** Whether the limit on memory had a process of the sandbox killed meanwhile, its own or that of another command. */
    public boolean outOfMemory() {
        return outOfMemoryKills > 0;
    }

    /** Whether there was more output or errors than was to be captured. */
    public boolean truncated() {
        return stdout.truncated() || stderr.truncated();
    }

    /** The outcome as a shell would report it. */
    public int exitCode() {
        return outcome.exitCode();
    }
}
