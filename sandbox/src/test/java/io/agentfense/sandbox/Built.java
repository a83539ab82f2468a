package io.agentfense.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The C programs of the tests, built once: the guest, and the probe that plays a hostile program. */
final class Built {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path GUEST =
            MODULE.resolve("../guest/build/agentfense-guest").normalize();
    private static final Path PROBE = MODULE.resolve("target/probe");

    static {
        run(List.of("make", "-s", "-C", MODULE.resolve("../guest").normalize().toString()));
        run(List.of(
                "gcc",
                "-O1",
                "-static",
                "-o",
                PROBE.toString(),
                MODULE.resolve("src/test/c/probe.c").toString()));
        System.setProperty(GuestProgram.PROPERTY, GUEST.toString());
    }

    private Built() {}

    /** The guest program, which is also set as the system property that names it. */
    static Path guest() {
        return GUEST;
    }

    /** Bubblewrap with the guest built here, whichever test of this JVM is the first. */
    static BwrapRuntime runtime() throws IOException {
        return BwrapRuntime.find();
    }

    /** Puts the probe into a directory as an executable file of that name's own. */
    static Path probeIn(Path directory) throws IOException {
        return Files.copy(PROBE, directory.resolve("probe"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ":\n" + output);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
