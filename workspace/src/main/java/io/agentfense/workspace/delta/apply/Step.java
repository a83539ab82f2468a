package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One change of one name in the codebase. Whether it has been taken can be seen from the disk, so each can be taken, or
 * taken back, again after a crash at any moment.
 */
sealed interface Step permits Removal, DirectoryRemoval, Placement, Replacement, Adjustment {
    BytePath path();

    /**
     * Takes the step unless it was taken.
     *
     * @throws BaseChangedException if the base is not as it was when it was compared; the step is then not taken
     */
    void forward(Ground ground) throws IOException;

    /** Takes the step back if it was taken, as far as what it put there is still there. */
    void back(Ground ground) throws IOException;

    /** Whether the base now has at the path what the step left there. */
    boolean holds(@Nullable Stat now);

    /**
     * Whether something is still what it was when it was compared, a moment ago. The time of change is out: our own
     * steps move it, on files with several names too.
     */
    static boolean isSame(@Nullable Stat now, Identity expected) {
        return now != null && Identity.of(now).sameContentAs(expected);
    }

    /** The attributes of a staged entry, or null if it is not there. */
    static @Nullable Stat staged(Ground ground, String name) throws LinuxException {
        return ground.stage.stat(name);
    }
}
