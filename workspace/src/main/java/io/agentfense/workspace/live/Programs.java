package io.agentfense.workspace.live;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.Standstill;
import io.agentfense.workspace.Standstill.Use;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.apply.Occupants;

/** The programs of a workspace that stands still. */
record Programs(Standstill still) implements Occupants {
    @Override
    public Use use(BytePath path) {
        return still.use(path.bytes());
    }

    @Override
    public void moved(Stat was, Stat is, boolean old) {
        still.moved(was, is, old);
    }
}
