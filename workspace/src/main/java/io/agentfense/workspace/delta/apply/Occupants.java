package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.Standstill.Use;
import io.agentfense.workspace.delta.BytePath;

/** The programs of a sandbox that goes on after its delta has landed. */
public interface Occupants {
    /** What they do with a path of the delta at this moment. */
    Use use(BytePath path);

    /**
     * Something shows as other attributes now though nobody in the sandbox has touched it, as when it is about to go from
     * the delta and the same shows through in the base: its number and its times are to stay what they were.
     *
     * @param was attributes that it had
     * @param is attributes that it has
     * @param old whether its number is that of {@code is} already
     */
    void moved(Stat was, Stat is, boolean old);
}
