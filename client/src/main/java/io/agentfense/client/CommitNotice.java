package io.agentfense.client;

import java.util.List;

/**
 * A commit after a command that did not go plainly.
 *
 * @param conflicts paths that both sides had changed
 * @param refused paths that the rules no longer let the sandbox write
 * @param failed whether nothing landed because of the conflicts
 */
public record CommitNotice(List<String> conflicts, List<String> refused, boolean failed) {}
