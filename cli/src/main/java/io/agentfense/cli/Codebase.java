package io.agentfense.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that a command is about, as the user named it. */
final class Codebase {
    private Codebase() {}

    /** Its absolute path, with links resolved. */
    static Path of(String given) throws Failure {
        Path path = Path.of(given);
        if (!Files.exists(path)) {
            throw new Failure(Failure.NOT_FOUND, given + " does not exist; name the directory of the codebase");
        }
        if (!Files.isDirectory(path)) {
            throw new Failure(Failure.USAGE, given + " is not a directory; name the directory of the codebase");
        }
        if (!Files.isReadable(path)) {
            throw new Failure(
                    Failure.BEFORE_THE_COMMAND,
                    given + " can't be read by this user; run as its owner, or open it: chmod -R o+rX " + given);
        }
        try {
            return path.toRealPath();
        } catch (java.io.IOException e) {
            throw new Failure(Failure.BEFORE_THE_COMMAND, given + " can't be resolved: " + e.getMessage());
        }
    }
}
