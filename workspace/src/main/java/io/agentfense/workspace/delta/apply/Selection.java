package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaException.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which changes are meant by some paths. Stateless. */
public final class Selection {
    private Selection() {}

    /**
     * The changes at and below the paths, and those that make the directories they lie in; all if there are no paths.
     *
     * @throws DeltaException if a path selects nothing
     */
    public static List<Change> of(List<Change> changes, List<BytePath> paths) throws DeltaException {
        if (paths.isEmpty()) {
            return changes;
        }
        Set<Change> chosen = new HashSet<>();
        for (BytePath path : paths) {
            if (!chosen.addAll(under(changes, path)) && under(changes, path).isEmpty()) {
                throw new DeltaException(
                        Reason.NOT_FOUND,
                        "the delta changes nothing at \"" + path + "\"; `agentfense diff` lists what it does");
            }
        }
        Set<BytePath> ways = new HashSet<>();
        for (Change change : chosen) {
            for (BytePath at = change.path(); !at.isRoot(); at = at.parent()) {
                ways.add(at.parent());
            }
        }
        List<Change> selected = new ArrayList<>();
        for (Change change : changes) {
            if (chosen.contains(change) || makesWay(change, ways)) {
                selected.add(change);
            }
        }
        return selected;
    }

    private static List<Change> under(List<Change> changes, BytePath path) {
        return changes.stream()
                .filter(change -> change.path().equals(path) || change.path().isBelow(path))
                .toList();
    }

    /** Whether a directory must come to be for what is below it; a mere change of its mode need not. */
    private static boolean makesWay(Change change, Set<BytePath> ways) {
        boolean comesToBe = switch (change.kind()) {
            case ADDED, TYPE -> change.makesDirectory();
            case MODIFIED, MODE, TOUCHED, DELETED -> false;
        };
        return comesToBe && ways.contains(change.path());
    }
}
