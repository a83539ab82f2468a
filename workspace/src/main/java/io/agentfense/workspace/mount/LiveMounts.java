package io.agentfense.workspace.mount;

import io.agentfense.fuse.StaleMount;
import io.agentfense.linux.Credentials;
import io.agentfense.linux.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The mounts of this user that are alive: a file for each, locked by the process that serves it. The kernel gives a dead
 * process's locks up, so a file that can be locked tells of a mount that was left behind, and {@link #sweep} takes it
 * away.
 */
public final class LiveMounts {
    private static final String SUFFIX = ".mount";

    private final Path directory;

    private LiveMounts(Path directory) {
        this.directory = directory;
    }

    /**
     * The mounts of this user, in the place that all of its processes share.
     *
     * @throws IOException if the place belongs to somebody else or can't be made
     */
    public static LiveMounts open() throws IOException {
        return in(place());
    }

    /**
     * The mounts in a directory, which is made if it is not there, for this user alone.
     *
     * @throws IOException if it belongs to somebody else or can't be made
     */
    public static LiveMounts in(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        int owner = (Integer) Files.getAttribute(directory, "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS);
        if (owner != Credentials.uid()) {
            throw new IOException(directory + " belongs to somebody else; remove it");
        }
        return new LiveMounts(directory);
    }

    private static Path place() {
        if (Mounts.privileged()) {
            return Path.of("/run/agentfense/mounts");
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        boolean usable = runtime != null && runtime.startsWith("/") && Files.isWritable(Path.of(runtime));
        return usable
                ? Path.of(runtime, "agentfense", "mounts")
                : Path.of("/tmp/agentfense-" + Credentials.uid(), "mounts");
    }

    /** Where mounts of a run's own may be made. */
    public Path directory() {
        return directory;
    }

    /** Says that this process serves a mount, until the result is closed. */
    public Entry enter(Path mountpoint) throws IOException {
        Path file = directory.resolve(UUID.randomUUID() + SUFFIX);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
        channel.write(ByteBuffer.wrap(mountpoint.toString().getBytes(StandardCharsets.UTF_8)));
        return new Entry(file, channel);
    }

    /** Takes away the mounts of processes that died; their mount points. */
    public List<Path> sweep() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .filter(LiveMounts::isDead)
                    .map(LiveMounts::clear)
                    .toList();
        }
    }

    private static boolean isDead(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // Another process has just swept it.
            return false;
        }
    }

    private static Path clear(Path file) {
        try {
            Path mountpoint = Path.of(Files.readString(file));
            StaleMount.clear(mountpoint.toString());
            if (mountpoint.startsWith(file.getParent())) {
                Files.deleteIfExists(mountpoint);
                Files.deleteIfExists(mountpoint.getParent());
            }
            Files.deleteIfExists(file);
            return mountpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A mount that this process serves. */
    public record Entry(Path file, FileChannel lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
            lock.close();
        }
    }
}
