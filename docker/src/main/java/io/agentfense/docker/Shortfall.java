package io.agentfense.docker;

import io.agentfense.sandbox.StartException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An engine makes a container without a limit that it can't enforce, and only warns. That is not good enough here. */
final class Shortfall {
    /** Without swap accounting memory is limited all the same; bubblewrap's sandboxes are no different there. */
    private static final String SWAP = "swap";

    private Shortfall() {}

    /**
     * Takes a warning for what it is.
     *
     * @throws StartException if something that was asked for would be missing
     */
    static void refuse(String @Nullable [] warnings) throws StartException {
        if (warnings == null) {
            return;
        }
        String missing = String.join(
                "; ",
                Arrays.stream(warnings)
                        .filter(warning ->
                                !warning.toLowerCase(java.util.Locale.ROOT).contains(SWAP))
                        .toList());
        if (!missing.isEmpty()) {
            throw new StartException("the Docker Engine can't enforce what was asked for: " + missing);
        }
    }
}
