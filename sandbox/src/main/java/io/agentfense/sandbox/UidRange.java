package io.agentfense.sandbox;

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
 * Uids of the host that are given to one sandbox each. A uid is taken by a lock on a byte of a file, which ends with
 * this process however it ends. Thread-safe.
 *
 * <p>The file is opened once and never closed: the kernel drops all locks of a process on a file when the process closes
 * any descriptor of it, {@code fcntl_locking(2)}.
 */
final class UidRange {
    private final Path lockFile;
    private final long first;
    private final int size;
    private @Nullable FileChannel locks;

    /**
     * A range of uids.
     *
     * @param lockFile a file that all processes share which use the range; it is made if it is not there
     */
    UidRange(Path lockFile, long first, int size) {
        this.lockFile = lockFile;
        this.first = first;
        this.size = size;
    }

    /** A taken uid. */
    record Taken(long uid, FileLock lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lock.release();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Takes a uid that no one has. It looks from a random one on, so that a uid seldom comes back soon: its last
     * processes, killed with their JVM, may still wait to be reaped.
     *
     * @throws IOException if the file can't be made, or all uids are taken
     */
    Taken take() throws IOException {
        FileChannel channel = open();
        int start = ThreadLocalRandom.current().nextInt(size);
        for (int i = 0; i < size; i++) {
            int index = (start + i) % size;
            FileLock lock = tryLock(channel, index);
            if (lock != null) {
                return new Taken(first + index, lock);
            }
        }
        throw new IOException("all " + size + " user ids for sandboxes are taken; close some sandboxes");
    }

    private synchronized FileChannel open() throws IOException {
        if (locks == null) {
            Files.createDirectories(
                    lockFile.toAbsolutePath().getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            locks = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        return locks;
    }

    private static @Nullable FileLock tryLock(FileChannel channel, int index) throws IOException {
        try {
            return channel.tryLock(index, 1, false);
        } catch (OverlappingFileLockException e) {
            // Another sandbox of this process has it.
            return null;
        }
    }
}
