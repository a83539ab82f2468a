package io.agentfense.client;

import java.time.Instant;

/**
 * A sandbox that is isolated.
 *
 * @param isolatedBy the user who did it; {@code alert} for an alert
 * @param reason for people; empty if none was given
 * @param processes what became of them
 */
public record Incident(SandboxInfo sandbox, Instant isolatedAt, String isolatedBy, String reason, Processes processes) {
    /** What became of the processes of a sandbox that was isolated. */
    public enum Processes {
        /** They stand still, and go on after a release. */
        FROZEN,
        /** They were ended. */
        KILLED,
        /** It did not run. */
        NONE
    }
}
