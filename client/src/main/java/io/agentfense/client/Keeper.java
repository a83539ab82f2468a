package io.agentfense.client;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A process between this one and a server of its own. Its input is a pipe from here, which the kernel closes when this
 * process is gone; then it ends the server and removes its directory. Thread-safe.
 */
final class Keeper {
    private static final String READY = "serving on ";

    /**
     * Runs {@code $1...} until that or the input ends, and removes {@code $0}. Nobody but the server writes to whoever waits
     * for its first line.
     */
    private static final String SCRIPT = """
            exec 3<&0 </dev/null
            "$@" 3<&- &
            server=$!
            exec >/dev/null
            { cat <&3 >/dev/null; kill "$server"; } 2>/dev/null &
            reader=$!
            exec 3<&-
            wait "$server"
            kill "$reader" 2>/dev/null
            rm -rf --one-file-system -- "$0"
            """;

    private final Process process;
    private final int port;

    private Keeper(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server and waits until it serves. In a session of its own: an interrupt from the terminal is for this process,
     * which may still want to clean up.
     *
     * @throws IOException if it does not start
     */
    static Keeper start(Path directory, List<String> program, Path config) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, directory.toString()));
        command.addAll(program);
        Collections.addAll(command, "--config", config.toString());
        Process process = builder(command).start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = String.valueOf(out.readLine());
        if (!line.startsWith(READY)) {
            end(process);
            throw new IOException(program.getFirst() + " does not start");
        }
        return new Keeper(process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }

    /**
     * What the program prints with these arguments; the directory goes if it fails.
     *
     * @throws IOException if it can't be run or fails
     */
    static String output(Path directory, List<String> program, Path config, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        Collections.addAll(command, "--config", config.toString());
        Collections.addAll(command, arguments);
        boolean done = false;
        try {
            Process process =
                    builder(command).redirectInput(new File("/dev/null")).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            done = process.waitFor() == 0;
            if (done) {
                return printed.strip();
            }
            throw new IOException(program.getFirst() + " ended with " + process.exitValue());
        } finally {
            if (!done) {
                remove(directory);
            }
        }
    }

    private static void remove(Path directory) throws IOException, InterruptedException {
        new ProcessBuilder("rm", "-rf", "--", directory.toString()).start().waitFor();
    }

    /** With what this process has, but the settings of servers: they would count for more than the file. */
    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("AGENTFENSE_"));
        return builder;
    }

    /** Where the server listens, on 127.0.0.1. */
    int port() {
        return port;
    }

    /** Whether the server runs. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Has the server end, and waits until it has. */
    private static void end(Process process) {
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
