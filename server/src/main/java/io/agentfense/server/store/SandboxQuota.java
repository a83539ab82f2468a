package io.agentfense.server.store;

/**
 * What a user may have, checked in the transaction that creates a sandbox.
 *
 * @param sandboxes the most in any state; 0 for no limit
 * @param createdPerHour the most creations within an hour, those destroyed since included; 0 for no limit
 */
public record SandboxQuota(long sandboxes, long createdPerHour) {
    /** No limits. */
    public static final SandboxQuota NONE = new SandboxQuota(0, 0);
}
