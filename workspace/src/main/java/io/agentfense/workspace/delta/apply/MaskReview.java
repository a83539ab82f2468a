package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.LinuxException;
import io.agentfense.secret.mask.Placeholder;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Change.Kind;
import io.agentfense.workspace.delta.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what may not land for the secrets that were masked: so that none is lost from the codebase, and none comes to be where
 * the sandbox would read it.
 *
 * @param force whether the sandbox's side wins a conflict
 */
record MaskReview(List<Change> selected, boolean force) {
    private static final String ITS_PLACEHOLDER = "its placeholder (" + Placeholder.PREFIX + "…)";

    /** Adds why, to the reasons for which changes are refused anyway. */
    void addTo(Map<BytePath, String> reasons) throws LinuxException {
        List<Change> others = selected.stream()
                .filter(change -> !reasons.containsKey(change.path()))
                .toList();
        List<Entry> gone = Leaving.masked(others);
        Map<BytePath, String> found = reasons(gone);
        if (!gone.isEmpty() && isAnyLost(gone, found)) {
            // What lands takes its values from files that stay, then.
            found = reasons(List.of());
            for (Change change : others) {
                if (change.kind() == Kind.DELETED && change.masked()) {
                    found.putIfAbsent(
                            change.path(),
                            "its secrets would be gone: a file with placeholders of secrets can't have them back where it is");
                }
            }
        }
        found.forEach(reasons::putIfAbsent);
    }

    private Map<BytePath, String> reasons(List<Entry> gone) throws LinuxException {
        Map<BytePath, String> reasons = new HashMap<>();
        for (Change change : selected) {
            if (change.isTooLargeToUnmask()) {
                reasons.put(change.path(), "it is too large to put masked secrets back into");
            } else if (!change.hidesWhatItPutsBack(gone)) {
                reasons.put(
                        change.path(),
                        "a secret would not be masked where " + ITS_PLACEHOLDER
                                + " stands now; leave it in its place, or under a name that tells what it is, in a file that"
                                + " is what its name says");
            } else if (lacksSecrets(change, gone)) {
                reasons.put(
                        change.path(),
                        "it holds a secret's place and not the secret, which the codebase does not have at"
                                + " this path: " + ITS_PLACEHOLDER + " came from elsewhere");
            }
        }
        return reasons;
    }

    /** What both sides changed is a conflict first; by force it would lose what the codebase has. */
    private boolean lacksSecrets(Change change, List<Entry> gone) throws LinuxException {
        return change.masking() != null
                && change.masked()
                && (force || !change.isBaseChanged())
                && Placeholder.occursIn(change.landing(gone));
    }

    private boolean isAnyLost(List<Entry> gone, Map<BytePath, String> found) throws LinuxException {
        for (Change change : selected) {
            if (change.masking() != null
                    && (found.containsKey(change.path()) || Placeholder.occursIn(change.landing(gone)))) {
                return true;
            }
        }
        return false;
    }
}
