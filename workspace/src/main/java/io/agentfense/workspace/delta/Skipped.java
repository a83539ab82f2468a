package io.agentfense.workspace.delta;

/**
 * Something in a delta that never leaves the sandbox.
 *
 * @param reason why, as a phrase: "a FIFO"
 */
public record Skipped(BytePath path, String reason) {}
