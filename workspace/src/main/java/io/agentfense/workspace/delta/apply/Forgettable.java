package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Delta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what a delta need not hold any more once a part of its changes has landed. Stateless. */
final class Forgettable {
    private Forgettable() {}

    /**
     * The landed paths whose entry in the upper can go because the base then shows the same, the deepest first. That is
     * certain only without frozen layers and outside opaque directories; what stays does no harm, it equals the base.
     */
    static List<BytePath> of(Delta delta, List<Change> all, List<Change> landing) throws IOException {
        if (!delta.layers().isEmpty()) {
            return List.of();
        }
        Set<BytePath> needed = aboveRemaining(all, landing);
        List<BytePath> forget = new ArrayList<>();
        for (Change change : landing.reversed()) {
            BytePath path = change.path();
            if (!path.isRoot() && !needed.contains(path) && !delta.isBelowOpaque(path)) {
                forget.add(path);
            }
        }
        return forget;
    }

    /** The paths that have something below them that has not landed: a whiteout there may stand for it. */
    private static Set<BytePath> aboveRemaining(List<Change> all, List<Change> landing) {
        Set<Change> landed = new HashSet<>(landing);
        Set<BytePath> above = new HashSet<>();
        for (Change change : all) {
            if (!landed.contains(change)) {
                for (BytePath at = change.path(); !at.isRoot(); at = at.parent()) {
                    above.add(at.parent());
                }
            }
        }
        return above;
    }
}
