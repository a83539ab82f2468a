package io.agentfense.sandbox;

import io.agentfense.linux.UserIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The host's user that a sandbox's processes run as; inside they see it as uid 1000.
 *
 * <p>Under root each sandbox has a uid of its own from a range, held by a lock for as long as this object is open, so
 * two live sandboxes never share one. Under an ordinary user it is that user. Thread-safe.
 */
public final class HostUser implements AutoCloseable {
    /** The first uid of the range, far above those of people, services and user namespaces. */
    public static final long RANGE_START = 2_000_000_000L;

    /** How many sandboxes there can be at one time under root. */
    public static final int RANGE_SIZE = 65_536;

    private static final Path LOCKS = Path.of("/run/agentfense/uids");

    private final long uid;
    private final long gid;
    private final @Nullable FileChannel lock;

    private HostUser(long uid, long gid, @Nullable FileChannel lock) {
        this.uid = uid;
        this.gid = gid;
        this.lock = lock;
    }

    /**
     * Under root, a uid that no other sandbox has; else the user of this process.
     *
     * @throws IOException if the locks can't be made, or all uids are taken
     */
    public static HostUser acquire() throws IOException {
        if (UserIds.user() != 0) {
            return new HostUser(UserIds.user(), UserIds.group(), null);
        }
        return acquire(LOCKS, RANGE_START, RANGE_SIZE);
    }

    /** A uid of a range, by locks in a directory that all sandboxes of the range share. */
    static HostUser acquire(Path locks, long rangeStart, int rangeSize) throws IOException {
        Files.createDirectories(
                locks, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        // Not from the front: of a uid just given back a dead process may be left that its new parent has yet to reap.
        int first = ThreadLocalRandom.current().nextInt(rangeSize);
        for (int i = 0; i < rangeSize; i++) {
            long uid = rangeStart + (first + i) % rangeSize;
            FileChannel lock = tryLock(locks.resolve(Long.toString(uid)));
            if (lock != null) {
                return new HostUser(uid, uid, lock);
            }
        }
        throw new IOException("all " + rangeSize + " user ids for sandboxes are taken; close some sandboxes");
    }

    private static @Nullable FileChannel tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another sandbox of this process has it.
        }
        if (lock == null) {
            channel.close();
            return null;
        }
        return channel;
    }

    /** The host's uid, as unsigned 32 bits; never 0 unless this process is root's and says so. */
    public long uid() {
        return uid;
    }

    /** The host's gid, as unsigned 32 bits. */
    public long gid() {
        return gid;
    }

    /** Whether it is a uid of the range, to which a process of root has to change. */
    boolean isOwn() {
        return lock != null;
    }

    /** Gives the uid back; the sandbox has to be closed. The lock's file stays, so that a later lock is the same one. */
    @Override
    public void close() {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
