package io.agentfense.workspace.live;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.Standstill;
import io.agentfense.workspace.Standstill.Use;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.apply.Occupants;

/** The programs of a workspace that stands still. For one thread. */
final class Programs implements Occupants {
    private final Standstill still;
    private boolean useAnything;

    Programs(Standstill still) {
        this.still = still;
    }

    @Override
    public Use use(BytePath path) {
        Use use = still.use(path.bytes());
        useAnything |= use != Use.NONE;
        return use;
    }

    /** Whether something that was asked for is in use. */
    boolean useAnything() {
        return useAnything;
    }

    @Override
    public void moved(Stat was, Stat is, boolean old) {
        still.moved(was, is, old);
    }
}
