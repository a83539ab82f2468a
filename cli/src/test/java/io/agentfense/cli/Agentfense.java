package io.agentfense.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command as a process of its own, with a state directory of the test's. */
final class Agentfense {
    private static final Path GUEST = guest();

    private final Path state;

    Agentfense(Path state) {
        this.state = state;
    }

    /** What a process left. */
    record Ended(int exitCode, String out, String err) {}

    Ended run(String... arguments) throws IOException, InterruptedException {
        Path err = Files.createTempFile("agentfense", ".err");
        Process process = start(err, arguments);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exitCode = process.waitFor();
        String complaints = Files.readString(err);
        Files.delete(err);
        return new Ended(exitCode, out, complaints);
    }

    Process start(Path err, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words(arguments)).redirectError(err.toFile());
        builder.environment().putAll(Map.of("AGENTFENSE_STATE", state.toString()));
        return builder.start();
    }

    /** The command as words for a shell or for exec. */
    static List<String> words(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Dagentfense.guest=" + GUEST,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
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
