package io.agentfense.server.codebase;

import io.agentfense.linux.At;
import io.agentfense.linux.Credentials;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;

/** Whose a new file is: its directory's owner's, so that a local codebase stays its user's own. Stateless. */
final class Owner {
    private static final byte[] SELF = {'.'};

    private Owner() {}

    /** Gives an open directory to the owner of the one that it lies in. */
    static void inherit(int parent, int directory) throws LinuxException {
        give(parent, directory, SELF);
    }

    /** Gives a name in a directory to the owner of another directory. Only root can; others leave it as it is. */
    static void give(int model, int directory, byte[] name) throws LinuxException {
        if (Credentials.uid() != 0) {
            return;
        }
        Stat stat = new Stat();
        LinuxException.check("stat", stat.read(model));
        if (stat.uid != 0 || stat.gid != 0) {
            LinuxException.check("chown", At.chown(directory, name, name.length, stat.uid, stat.gid));
        }
    }
}
