package io.agentfense.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command as a process of its own, with a state directory of the test's. */
final class Agentfense {
    private static final Path GUEST = guest();

    private final Path state;

    Agentfense(Path state) {
        this.state = state;
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return Ended.of(command(arguments));
    }

    Process start(Path err, String... arguments) throws IOException {
        return command(arguments).redirectError(err.toFile()).start();
    }

    /** The command, ready to be started, with the signals as a person's shell has them: CI may ignore some. */
    ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Dagentfense.guest=" + GUEST,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("AGENTFENSE_STATE", state.toString());
        return builder;
    }

    private static Path guest() {
        try {
            Process make = new ProcessBuilder("make", "-s", "-C", "../guest")
                    .inheritIO()
                    .start();
            if (make.waitFor() != 0) {
                throw new AssertionError("make -C guest failed");
            }
            return Path.of("../guest/build/agentfense-guest").toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
