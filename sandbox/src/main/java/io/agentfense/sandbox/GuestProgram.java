package io.agentfense.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the program of {@code guest/} lies on this host, and in a sandbox. */
public final class GuestProgram {
    /** The system property with its path. */
    public static final String PROPERTY = "agentfense.guest";

    /** Where it lies in a sandbox. */
    public static final String INSIDE = "/.agentfense-guest";

    private GuestProgram() {}

    /**
     * Its path, by the system property.
     *
     * @throws StartException if it is not there, with what to do
     */
    public static Path find() throws StartException {
        return find(System.getProperty(PROPERTY));
    }

    static Path find(@Nullable String property) throws StartException {
        if (property == null) {
            throw new StartException("the guest program is not known: build it with make -C guest, and pass its path by"
                    + " -D" + PROPERTY + "=guest/build/agentfense-guest");
        }
        Path guest = Path.of(property).toAbsolutePath();
        if (!Files.isExecutable(guest)) {
            throw new StartException("the guest program is not at " + guest + ": build it with make -C guest");
        }
        return guest;
    }
}
