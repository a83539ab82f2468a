package io.agentfense.docker;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Mounts;
import io.agentfense.sandbox.GuestProgram;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The files of this host that containers show: the guest program, and a directory for each container. They lie on a
 * filesystem of their own, since a container can read where in its filesystem a mounted file comes from, and that shall
 * tell nothing of this host. Thread-safe.
 *
 * @param parent a directory for root alone
 * @param directory where the filesystem is mounted
 */
record SharedFiles(Path parent, Path directory, LiveMounts.Entry entry) implements AutoCloseable {
    private static final String GUEST = "guest";

    /** No container writes to it; one whose programs are told whom to trust has half a megabyte. */
    private static final String OPTIONS = "mode=0700,size=1g";

    /**
     * Makes it.
     *
     * @throws io.agentfense.linux.LinuxException EPERM if this process is not root
     */
    static SharedFiles make(LiveMounts mounts) throws IOException {
        Path parent = Files.createTempDirectory(mounts.directory(), "containers-");
        Path directory = Files.createDirectory(parent.resolve("files"));
        SharedFiles files = new SharedFiles(parent, directory, mounts.enter(directory));
        try {
            files.mount();
            Path guest = directory.resolve(GUEST);
            Files.copy(GuestProgram.find(), guest, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(guest, PosixFilePermissions.fromString("r-xr-xr-x"));
            return files;
        } catch (IOException e) {
            files.close();
            throw e;
        }
    }

    private void mount() throws IOException {
        int target = Descriptor.locateDirectory(directory.toString());
        try {
            Mounts.mount("agentfense", target, "tmpfs", Mounts.MS_NOSUID | Mounts.MS_NODEV, OPTIONS);
        } finally {
            Descriptor.close(target);
        }
    }

    /** The guest program, which everybody may run. */
    Path guest() {
        return directory.resolve(GUEST);
    }

    /** A new directory for one container. */
    Path place() throws IOException {
        return Files.createTempDirectory(directory, "");
    }

    @Override
    public void close() throws IOException {
        Mounts.unmount(directory.toString());
        Files.deleteIfExists(directory);
        Files.deleteIfExists(parent);
        entry.close();
    }
}
