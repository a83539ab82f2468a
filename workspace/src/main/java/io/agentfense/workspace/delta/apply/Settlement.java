package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.Entry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets a delta go on after a part of it landed: what landed is what its paths now start from, and is dropped from the
 * upper where the base can show through. Can be done again after a crash. Confined to its thread.
 */
final class Settlement {
    private final Delta delta;
    private final int base;
    private final Checkpoint checkpoint;

    Settlement(Delta delta, int base, Checkpoint checkpoint) {
        this.delta = delta;
        this.base = base;
        this.checkpoint = checkpoint;
    }

    void settle(Journal journal) throws IOException {
        renewOrigins(journal);
        delta.origins().sync();
        for (BytePath path : journal.forget()) {
            checkpoint.reached();
            forget(path);
        }
    }

    /** Only of what is still as the last step on it left it: a change made since is a change of the other side. */
    private void renewOrigins(Journal journal) throws LinuxException {
        Map<BytePath, Step> last = new LinkedHashMap<>();
        journal.steps().forEach(step -> last.put(step.path(), step));
        for (Step step : last.values()) {
            Stat now = Entry.stat(base, step.path());
            if (step.holds(now)) {
                byte[] path = step.path().bytes();
                delta.origins().record(path, path.length, now);
            }
        }
    }

    /** Removes a file, a whiteout or an empty directory from the upper; a directory that holds something stays. */
    private void forget(BytePath path) throws LinuxException {
        int parent = Beneath.open(delta.upper(), path.parent().bytes(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (Entry.isAbsence(parent)) {
            return;
        }
        LinuxException.check("open /" + path.parent() + " of the delta", parent);
        try {
            byte[] name = path.name();
            int result = At.unlink(parent, name, name.length, 0);
            if (result == -Errno.EISDIR) {
                result = At.unlink(parent, name, name.length, OpenFlags.AT_REMOVEDIR);
            }
            if (result != -Errno.ENOENT && result != -Errno.ENOTEMPTY) {
                LinuxException.check("remove /" + path + " from the delta", result);
            }
        } finally {
            Descriptor.close(parent);
        }
    }
}
