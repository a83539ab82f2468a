package io.agentfense.server.codebase;

import io.agentfense.linux.HostPath;
import io.agentfense.linux.OpenFlags;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of ours that nobody else on this machine may enter. Stateless. */
final class PrivateDirectory {
    private PrivateDirectory() {}

    /** Opens it, after making it and its parents. */
    static StateDirectory open(Path path) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new StateDirectory(HostPath.open(path.toString(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY));
    }
}
