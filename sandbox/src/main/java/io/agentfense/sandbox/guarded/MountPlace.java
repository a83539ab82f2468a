package io.agentfense.sandbox.guarded;

import io.agentfense.linux.Mounts;
import io.agentfense.sandbox.HostUser;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a workspace is mounted: a directory that only the sandbox's user can enter.
 *
 * @param parent the private directory
 * @param path the mount point in it
 */
record MountPlace(Path parent, Path path, LiveMounts.Entry entry) implements AutoCloseable {
    static MountPlace make(LiveMounts mounts, HostUser user) throws IOException {
        Path parent = Files.createTempDirectory(mounts.directory(), "run-");
        Path path = Files.createDirectory(parent.resolve("workspace"));
        if (Mounts.privileged()) {
            Files.setAttribute(parent, "unix:uid", (int) user.uid());
            Files.setAttribute(path, "unix:uid", (int) user.uid());
        }
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
        return new MountPlace(parent, path, mounts.enter(path));
    }

    /** Removes the directories, never what is mounted: rmdir of a mount point fails. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(parent);
        entry.close();
    }
}
