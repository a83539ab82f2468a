package io.agentfense.client;

import java.util.List;

/**
 * What a commit did.
 *
 * @param conflicts paths that both sides had changed
 * @param refused changes that the rules no longer allow; they stay in the sandbox
 */
public record Commit(List<Change> landed, List<String> conflicts, List<String> refused) {}
