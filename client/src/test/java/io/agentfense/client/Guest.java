package io.agentfense.client;

import java.io.IOException;
import java.nio.file.Path;

/** The guest program that sandboxes of these tests run, built from its sources. */
final class Guest {
    /** Where it lies. */
    static final Path PROGRAM = build();

    private Guest() {}

    private static Path build() {
        Path program =
                Path.of("../guest/build/agentfense-guest").toAbsolutePath().normalize();
        try {
            String sources = program.getParent().getParent().toString();
            int status = new ProcessBuilder("make", "-s", "-C", sources)
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("make ended with " + status);
            }
            return program;
        } catch (IOException e) {
            throw new AssertionError("the guest program can't be built", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
