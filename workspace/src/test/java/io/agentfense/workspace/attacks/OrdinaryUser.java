package io.agentfense.workspace.attacks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A user who is not root, with an entry in passwd, since fusermount3 asks for a name. Made when first wanted; that user
 * may use {@code /dev/fuse}, as on every desktop.
 */
public final class OrdinaryUser {
    private static final String NAME = "agentfense-test";
    private static final int UID;
    private static final int GID;

    static {
        Path here = Path.of("/");
        if (Shell.attempt(here, List.of("id", "-u", NAME)).exitCode() != 0) {
            // Another test run may have been faster; what counts is that the user is there.
            Shell.attempt(here, List.of("useradd", "--system", "--no-create-home", "--shell", "/bin/sh", NAME));
        }
        UID = Integer.parseInt(Shell.run(here, List.of("id", "-u", NAME)).strip());
        GID = Integer.parseInt(Shell.run(here, List.of("id", "-g", NAME)).strip());
        openFuse();
    }

    private OrdinaryUser() {}

    private static void openFuse() {
        Path device = Path.of("/dev/fuse");
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(device);
            mode.addAll(Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE));
            Files.setPosixFilePermissions(device, mode);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static int uid() {
        return UID;
    }

    static int gid() {
        return GID;
    }

    /** A command as that user's, with nothing of root's. */
    public static List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(
                List.of("setpriv", "--reuid=" + UID, "--regid=" + GID, "--clear-groups", "--inh-caps=-all"));
        whole.addAll(command);
        return whole;
    }

    /** Gives that user everything below a directory, and the directory. */
    public static void give(Path directory) {
        Shell.run(directory, List.of("chown", "-hR", UID + ":" + GID, directory.toString()));
    }
}
