package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.LinuxException;
import io.agentfense.secret.mask.Placeholder;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Change.Kind;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Unmasked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what may not land for the secrets that were masked: so that none is lost from the codebase, and none comes to be where
 * the sandbox would read it.
 *
 * @param force whether the sandbox's side wins a conflict
 */
record MaskReview(List<Change> selected, boolean force) {
    private static final String ITS_PLACEHOLDER = "its placeholder (" + Placeholder.PREFIX + "…)";

    /**
     * What is found where certain files leave the codebase. What files land as is not kept: together they may be larger than
     * the memory.
     *
     * @param reasons why changes are refused
     * @param anyLost whether a file with placeholders doesn't land, or not with all its values
     */
    private record Findings(Map<BytePath, String> reasons, boolean anyLost) {}

    /** Adds why, to the reasons for which changes are refused anyway. */
    void addTo(Map<BytePath, String> reasons) throws LinuxException {
        List<Change> others = selected.stream()
                .filter(change -> !reasons.containsKey(change.path()))
                .toList();
        List<Entry> gone = Leaving.masked(others);
        Findings findings = findings(gone);
        if (!gone.isEmpty() && findings.anyLost()) {
            // What lands takes its values from files that stay, then.
            findings = findings(List.of());
            for (Change change : others) {
                if (change.kind() == Kind.DELETED && change.masked()) {
                    reasons.put(
                            change.path(),
                            "its secrets would be gone: a file with placeholders of secrets can't have them back where it is");
                }
            }
        }
        findings.reasons().forEach(reasons::putIfAbsent);
    }

    private Findings findings(List<Entry> gone) throws LinuxException {
        Map<BytePath, String> reasons = new HashMap<>();
        boolean anyLost = false;
        for (Change change : selected) {
            Unmasked unmasked = change.unmask(gone);
            if (unmasked != null) {
                boolean lacksValues = unmasked.lacksValues();
                String reason = reason(change, unmasked.hidesValues(), lacksValues);
                if (reason != null) {
                    reasons.put(change.path(), reason);
                }
                anyLost |= reason != null || lacksValues;
            } else if (change.isTooLargeToUnmask()) {
                reasons.put(change.path(), "it is too large to put masked secrets back into");
            }
        }
        return new Findings(reasons, anyLost);
    }

    /** What both sides changed is a conflict first; by force it would lose what the codebase has. */
    private @Nullable String reason(Change change, boolean hidesValues, boolean lacksValues) {
        if (!hidesValues) {
            return "a secret would not be masked where " + ITS_PLACEHOLDER
                    + " stands now; leave it in its place, or under a name that tells what it is, in a file that"
                    + " is what its name says";
        }
        boolean wouldLand = change.masked() && (force || !change.isBaseChanged());
        return wouldLand && lacksValues
                ? "it holds a secret's place and not the secret, which the codebase does not have at this path: "
                        + ITS_PLACEHOLDER + " came from elsewhere"
                : null;
    }
}
