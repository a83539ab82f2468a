package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.linux.Syscall;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaException.Reason;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The two directories that steps work on: the codebase's root and the staging directory in it. Remembers which of the
 * codebase's directories were touched. Confined to its thread.
 */
final class Ground {
    /** Above this many directories one syncfs is cheaper than an fsync of each. */
    private static final int MOST_SINGLE_SYNCS = 64;

    final StateDirectory stage;
    private final int base;
    private final long device;
    private final Checkpoint checkpoint;
    private final Set<BytePath> touched = new TreeSet<>();
    private final List<BytePath> kept = new ArrayList<>();

    Ground(int base, StateDirectory stage, Checkpoint checkpoint) throws LinuxException {
        this.base = base;
        this.stage = stage;
        this.checkpoint = checkpoint;
        Stat stat = new Stat();
        LinuxException.check("stat the staging directory", stat.read(stage.fd()));
        this.device = stat.device;
    }

    /** Opens the directory that holds a path; null if it is not there or is now something else. */
    @Nullable
    Place find(BytePath path) throws IOException {
        BytePath parent = path.parent();
        int fd = Beneath.open(base, parent.bytes(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (Entry.isAbsence(fd)) {
            return null;
        }
        LinuxException.check("open /" + parent, fd);
        Stat stat = new Stat();
        int result = stat.read(fd);
        if (result < 0 || stat.device != device) {
            Descriptor.close(fd);
            LinuxException.check("stat /" + parent, result);
            throw new DeltaException(
                    Reason.UNFIT,
                    "/" + parent + " lies on another filesystem than the codebase's root; apply it by hand");
        }
        return Place.of(path, fd);
    }

    /** {@link #find} of a directory that must be there. */
    Place at(BytePath path) throws IOException {
        Place place = find(path);
        if (place == null) {
            throw new BaseChangedException(path);
        }
        return place;
    }

    /** To be called before each change below the codebase's root. */
    void touch(BytePath path) {
        checkpoint.reached();
        touched.add(path.parent());
    }

    /** To be called before a change of the attributes of what lies at a path. */
    void touchAttributes(BytePath path) {
        checkpoint.reached();
        touched.add(path);
    }

    /** A directory that stays because it is not empty. */
    void keep(BytePath directory) {
        kept.add(directory);
    }

    List<BytePath> kept() {
        return kept;
    }

    /** Waits until all that was changed is on the disk. */
    void flush() throws LinuxException {
        if (touched.size() > MOST_SINGLE_SYNCS) {
            flushAll(base);
        } else {
            for (BytePath path : touched) {
                flush(path);
            }
        }
        stage.sync();
    }

    private void flush(BytePath path) throws LinuxException {
        int fd = Beneath.open(base, path.bytes(), OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        if (fd >= 0) {
            int result = Descriptor.sync(fd, false);
            Descriptor.close(fd);
            LinuxException.check("fsync /" + path, result);
        } else if (!Entry.isAbsence(fd)) {
            flushAll(base);
        }
    }

    /** {@code syncfs(2)} of the filesystem that a descriptor lies on. */
    static void flushAll(int fd) throws LinuxException {
        // SAFETY: no memory is passed.
        LinuxException.check("syncfs", Syscall.call(Syscall.SYNCFS, fd));
    }
}
