package io.agentfense.server.sandbox;

import java.util.List;

/**
 * What a commit that nobody asked for has to say.
 *
 * @param conflicts paths that both sides had changed
 * @param refused paths that the rules no longer let the sandbox write; they stay in the delta
 * @param failed whether nothing landed because of the conflicts
 */
public record CommitNotice(List<String> conflicts, List<String> refused, boolean failed) {
    /** Copies the lists. */
    public CommitNotice {
        conflicts = List.copyOf(conflicts);
        refused = List.copyOf(refused);
    }
}
