package io.agentfense.server.store;

/**
 * What a user has.
 *
 * @param sandboxes in any state
 * @param runningSandboxes of these
 * @param codebaseBytes in all of its codebases together
 */
public record UserUsage(long sandboxes, long runningSandboxes, long codebaseBytes) {}
