package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;

/** Whom a file belongs to. Only root can give files away; for others this does nothing. Immutable. */
record Owner(int uid, int gid) {
    static Owner of(Stat stat) {
        return new Owner(stat.uid, stat.gid);
    }

    void give(Place place) throws LinuxException {
        if (Credentials.isRoot()) {
            place.own(uid, gid);
        }
    }
}
