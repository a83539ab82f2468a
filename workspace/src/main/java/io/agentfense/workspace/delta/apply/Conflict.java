package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Identity;

/**
 * A path that both sides changed, and not to the same.
 *
 * @param sandbox what the sandbox did, as a word: {@code modified}
 * @param base what happened in the codebase since, as a word
 */
public record Conflict(BytePath path, String sandbox, String base) {
    static Conflict of(Change change) {
        Identity now =
                change.before() == null ? Identity.ABSENT : change.before().identity();
        return new Conflict(change.path(), sandboxSide(change), describe(change.origin(), now));
    }

    private static String sandboxSide(Change change) {
        return change.after() == null
                ? "deleted"
                : describe(change.origin(), change.after().identity());
    }

    private static String describe(Identity from, Identity to) {
        if (!to.exists()) {
            return from.exists() ? "deleted" : "not there";
        }
        if (!from.exists()) {
            return "added";
        }
        if (from.type() != to.type()) {
            return "replaced by " + (to.isDirectory() ? "a directory" : to.isSymlink() ? "a link" : "a file");
        }
        if (from.isDirectory() && from.permissions() == to.permissions()) {
            return "changed below";
        }
        boolean modeOnly = from.isDirectory() || from.size() == to.size() && from.sameTime(to);
        return modeOnly && from.permissions() != to.permissions() ? "changed in mode" : "modified";
    }
}
