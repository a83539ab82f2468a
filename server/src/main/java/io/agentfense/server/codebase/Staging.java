package io.agentfense.server.codebase;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A private directory beside the codebases, on their filesystem: what is on its way into one, out of one, or half made.
 * Nobody else writes here, and every name is ours. Thread-safe.
 *
 * <p>Names: {@code new-OWNER-RANDOM} a file of an upload, {@code part-OWNER-HASH} one that can be resumed,
 * {@code gone-RANDOM} what was removed, {@code mark-ID} a codebase that is being made or removed.
 */
final class Staging implements AutoCloseable {
    private static final String NEW = "new-";
    private static final String PART = "part-";
    private static final String GONE = "gone-";
    private static final String MARK = "mark-";

    private final Path path;
    private final StateDirectory directory;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    private Staging(Path path, StateDirectory directory) {
        this.path = path;
        this.directory = directory;
    }

    /** Opens the directory, after making it. */
    static Staging open(Path path) throws IOException {
        return new Staging(path, PrivateDirectory.open(path));
    }

    StateDirectory directory() {
        return directory;
    }

    /** A name for a file of an owner's upload. */
    String newName(String owner) {
        return NEW + Hashes.brief(owner) + "-" + Hashes.random();
    }

    /** The name of an upload that can be resumed: the same file for the same owner, codebase and path. */
    String partName(String owner, String codebase, byte[] file, String sha256) {
        return PART + Hashes.brief(owner) + "-" + Hashes.of(codebase, file, sha256);
    }

    /** A name for what is being removed. */
    String goneName() {
        return GONE + Hashes.random();
    }

    /** Makes a file, or opens one that is there, to write to. */
    FileChannel write(String name) throws IOException {
        return FileChannel.open(
                path.resolve(name),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Sets the permission bits of a file. */
    void permit(String name, int mode) throws LinuxException {
        int fd = directory.openFile(name, OpenFlags.O_PATH);
        try {
            LinuxException.check("chmod", Descriptor.chmod(fd, mode));
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Takes a name for one upload at a time; false if another has it. */
    boolean take(String name) {
        return busy.add(name);
    }

    /** Gives a name back. */
    void release(String name) {
        busy.remove(name);
    }

    /** The size of a file; 0 if it is not there. */
    long size(String name) throws LinuxException {
        Stat stat = directory.stat(name);
        return stat == null ? 0 : stat.size;
    }

    /** Bytes in all files of an owner's uploads, finished or cut short: they are its own until they land or go. */
    long bytesOf(String owner) throws LinuxException {
        String hash = Hashes.brief(owner);
        long bytes = 0;
        for (String name : directory.list()) {
            if (name.startsWith(NEW + hash) || name.startsWith(PART + hash)) {
                bytes += size(name);
            }
        }
        return bytes;
    }

    /** Removes what is there of a name, whatever it is. */
    void drop(String name) {
        try {
            directory.removeTree(name);
        } catch (LinuxException e) {
            // It stays until the next start sweeps it away; nobody sees it here.
            return;
        }
    }

    /** Notes that a codebase is being made or removed, so that the next start can finish what a crash cut short. */
    void mark(String id) throws LinuxException {
        directory.replace(MARK + id, new byte[0]);
    }

    /** Takes the note back. */
    void unmark(String id) throws LinuxException {
        directory.unlink(MARK + id);
    }

    /** Finishes what a crash cut short. */
    interface Recovery {
        /** A codebase that was being made or removed. */
        void recover(String id) throws IOException;
    }

    /** At the start: clears what a crash left behind, but uploads that can be resumed. */
    void recover(Recovery recovery) throws IOException {
        for (String name : directory.list()) {
            if (name.startsWith(MARK)) {
                recovery.recover(name.substring(MARK.length()).replace(".new", ""));
                directory.unlink(name);
            } else if (!name.startsWith(PART)) {
                directory.removeTree(name);
            }
        }
    }

    /** Drops uploads that were cut short and not resumed since a time; returns how many. */
    int sweep(Instant before) throws LinuxException {
        int dropped = 0;
        for (String name : directory.list()) {
            Stat stat = name.startsWith(PART) && take(name) ? directory.stat(name) : null;
            if (stat != null) {
                boolean old = stat.modifySeconds < before.getEpochSecond();
                dropped += old && directory.unlink(name) ? 1 : 0;
                release(name);
            }
        }
        return dropped;
    }

    @Override
    public void close() {
        directory.close();
    }
}
