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
    /** The system property with the path of the guest program. */
    static final String GUEST_PROPERTY = "agentfense.guest";

    /**
     * Finds them: bubblewrap on the PATH, the guest by the system property {@code agentfense.guest}.
     *
     * @throws StartException if one is not there, with what to do
     */
    static Programs find() throws StartException {
        return new Programs(findBwrap(System.getenv("PATH")), findGuest(System.getProperty(GUEST_PROPERTY)));
    }

    static Path findBwrap(@Nullable String searchPath) throws StartException {
        String directories = searchPath == null ? "/usr/bin:/bin" : searchPath;
        for (String directory : directories.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, "bwrap");
            if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new StartException("bubblewrap is not installed: apt-get install bubblewrap");
    }

    static Path findGuest(@Nullable String property) throws StartException {
        if (property == null) {
            throw new StartException("the guest program is not known: build it with make -C guest, and pass its path by"
                    + " -D" + GUEST_PROPERTY + "=guest/build/agentfense-guest");
        }
        Path guest = Path.of(property).toAbsolutePath();
        if (!Files.isExecutable(guest)) {
            throw new StartException("the guest program is not at " + guest + ": build it with make -C guest");
        }
        return guest;
    }
}
