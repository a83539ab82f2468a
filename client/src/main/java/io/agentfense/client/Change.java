package io.agentfense.client;

/**
 * A path that a sandbox changed.
 *
 * @param conflict whether the codebase's side changed as well since
 */
public record Change(String path, Kind kind, boolean conflict) {
    /** In what way. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED,
        /** A file became a directory, or the like. */
        TYPE_CHANGED,
        MODE_CHANGED
    }
}
