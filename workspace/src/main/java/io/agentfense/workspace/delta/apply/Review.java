package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Change.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sorts selected changes into those that may land and those that may not.
 *
 * @param permitted in order of path
 * @param refused in order of path
 */
record Review(List<Change> permitted, List<Refusal> refused) {
    static Review of(List<Change> selected, BaseTree base, boolean force) throws IOException {
        Map<BytePath, String> reasons = new HashMap<>();
        Set<BytePath> leaving = new HashSet<>();
        for (Change change : selected) {
            if (!change.permitted()) {
                reasons.put(change.path(), "the rules give it " + change.level().label() + ", not write");
            } else if (change.kind() == Kind.DELETED) {
                leaving.add(change.path());
            }
        }
        for (Change change : selected) {
            if (change.kind() == Kind.TYPE && change.replacesDirectory() && base.holdsOthers(change.path(), leaving)) {
                reasons.put(change.path(), "the directory there holds what the sandbox could not see or remove");
            }
        }
        new MaskReview(selected, force).addTo(reasons);
        return split(selected, reasons);
    }

    private static Review split(List<Change> selected, Map<BytePath, String> reasons) {
        Set<BytePath> blocked = new HashSet<>();
        List<Change> permitted = new ArrayList<>();
        List<Refusal> refused = new ArrayList<>();
        for (Change change : selected) {
            String reason = reasons.get(change.path());
            if (reason != null) {
                refused.add(new Refusal(change, reason));
                if (change.kind() == Kind.ADDED || change.kind() == Kind.TYPE) {
                    blocked.add(change.path());
                }
            } else if (isBelowAny(change.path(), blocked)) {
                refused.add(new Refusal(change, "what it lies in was refused"));
            } else {
                permitted.add(change);
            }
        }
        return new Review(permitted, refused);
    }

    private static boolean isBelowAny(BytePath path, Set<BytePath> blocked) {
        for (BytePath at = path; !at.isRoot(); at = at.parent()) {
            if (blocked.contains(at.parent())) {
                return true;
            }
        }
        return false;
    }
}
