package io.agentfense.workspace.delta.apply;

import java.io.IOException;
import java.util.List;

/** Both sides changed the same paths; nothing was touched. */
public final class ConflictException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient List<Conflict> conflicts;

    ConflictException(List<Conflict> conflicts) {
        super(conflicts.size() + " path" + (conflicts.size() == 1 ? "" : "s")
                + " changed in the codebase since the sandbox began; nothing was applied");
        this.conflicts = List.copyOf(conflicts);
    }

    /** All of them, by path. */
    public List<Conflict> conflicts() {
        return conflicts;
    }
}
