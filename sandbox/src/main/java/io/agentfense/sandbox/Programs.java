package io.agentfense.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The two programs that a start needs.
 *
 * @param bwrap bubblewrap
 * @param guest the program of {@code guest/}
 */
record Programs(Path bwrap, Path guest) {
    /**
     * Finds them: bubblewrap as it is named, the guest by the system property {@code agentfense.guest}.
     *
     * @param bwrap its path, or a name that is looked for on the PATH
     * @throws StartException if one is not there, with what to do
     */
    static Programs find(String bwrap) throws StartException {
        Path program = bwrap.contains("/") ? at(bwrap) : findBwrap(bwrap, System.getenv("PATH"));
        return new Programs(program, GuestProgram.find());
    }

    private static Path at(String bwrap) throws StartException {
        Path path = Path.of(bwrap).toAbsolutePath();
        if (!Files.isExecutable(path)) {
            throw new StartException("bubblewrap is not at " + path);
        }
        return path;
    }

    static Path findBwrap(String name, @Nullable String searchPath) throws StartException {
        String directories = searchPath == null ? "/usr/bin:/bin" : searchPath;
        for (String directory : directories.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, name);
            if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new StartException("bubblewrap is not installed: apt-get install bubblewrap");
    }
}
