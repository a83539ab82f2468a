package io.agentfense.workspace.delta;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.DeltaException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Where deltas are kept.
 *
 * @param path absolute or from the current directory
 */
public record StateRoot(String path) {
    /**
     * The place that a user's environment gives: {@code $AGENTFENSE_STATE}, else {@code /var/lib/agentfense} for root,
     * else {@code $XDG_STATE_HOME/agentfense}, else {@code ~/.local/state/agentfense}.
     *
     * @param uid the effective user id
     */
    public static StateRoot of(Map<String, String> environment, int uid) {
        String given = environment.getOrDefault("AGENTFENSE_STATE", "");
        if (!given.isEmpty()) {
            return new StateRoot(given);
        }
        if (uid == 0) {
            return new StateRoot("/var/lib/agentfense");
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        // The XDG base directory specification says to ignore a relative one.
        if (state.startsWith("/")) {
            return new StateRoot(state + "/agentfense");
        }
        return new StateRoot(
                environment.getOrDefault("HOME", System.getProperty("user.home")) + "/.local/state/agentfense");
    }

    /** Opens the directory, after making it and its parents if they are not there. */
    StateDirectory open() throws IOException {
        Path directory = Path.of(path);
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory.toAbsolutePath().getParent());
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        int fd = HostPath.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        try {
            checkPrivate(fd);
            return new StateDirectory(fd);
        } catch (IOException e) {
            Descriptor.close(fd);
            throw e;
        }
    }

    /** What lies in here decides what is written to the codebase, so nobody else may put anything in. */
    private void checkPrivate(int fd) throws IOException {
        Stat stat = new Stat();
        LinuxException.check("stat " + path, stat.read(fd));
        if (stat.uid != Credentials.uid()) {
            throw new DeltaException(
                    Reason.UNFIT, path + " belongs to another user; set AGENTFENSE_STATE to a directory of your own");
        }
        if ((stat.mode & 077) != 0) {
            LinuxException.check("take " + path + " from others", Descriptor.chmod(fd, 0700));
        }
    }
}
