package io.agentfense.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a process left: its exit code and what it printed. */
record Ended(int exitCode, String out, String err) {
    /** Runs a command of the host to its end, without input. */
    static Ended of(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return of(builder);
    }

    /** Runs a process to its end, without input. */
    static Ended of(ProcessBuilder builder) throws IOException, InterruptedException {
        Path err = Files.createTempFile("agentfense", ".err");
        try {
            Process process = builder.redirectError(err.toFile()).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Ended(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }
}
