package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Change.Kind;
import io.agentfense.workspace.delta.Entry;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What leaves a codebase with an apply. Stateless. */
final class Leaving {
    private Leaving() {}

    /** The files whose secrets were masked: a sandbox that has renamed one wants its values at the new name. */
    static List<Entry> masked(List<Change> changes) {
        return changes.stream()
                .filter(change -> change.kind() == Kind.DELETED && change.masked())
                .flatMap(change -> Stream.ofNullable(change.before()))
                .filter(before -> Objects.requireNonNull(before).identity().isRegular())
                .toList();
    }
}
