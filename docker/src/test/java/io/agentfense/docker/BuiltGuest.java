package io.agentfense.docker;

import io.agentfense.sandbox.GuestProgram;
import java.io.IOException;
import java.nio.file.Path;

/** The guest program, built once for the tests. */
final class BuiltGuest {
    private static final Path DIRECTORY =
            Path.of("").toAbsolutePath().resolve("../guest").normalize();

    private BuiltGuest() {}

    /** Builds it and sets the system property that names it. */
    static void build() {
        try {
            Process make = new ProcessBuilder("make", "-s", "-C", DIRECTORY.toString())
                    .inheritIO()
                    .start();
            if (make.waitFor() != 0) {
                throw new AssertionError("the guest program can't be built");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        System.setProperty(
                GuestProgram.PROPERTY,
                DIRECTORY.resolve("build/agentfense-guest").toString());
    }
}
