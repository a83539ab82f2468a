package io.agentfense.server.config;

/**
 * Section {@code limits}: what each user may have; 0 for no limit.
 *
 * @param sandboxes in any state: what {@code limits.sandboxes} says, else {@code sandbox.max_per_user}
 * @param createdPerHour sandboxes created within an hour
 * @param codebaseBytes in all of its codebases together
 * @param deltaBytes in all of its sandboxes' deltas together
 * @param concurrentCommands that run at one time
 * @param requestsPerSecond of any kind, on average
 */
public record LimitsConfig(
        int sandboxes,
        int createdPerHour,
        long codebaseBytes,
        long deltaBytes,
        int concurrentCommands,
        int requestsPerSecond) {
    /** No limits at all. */
    public static final LimitsConfig NONE = new LimitsConfig(0, 0, 0, 0, 0, 0);
}
