package io.agentfense.workspace.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A shell that stays in one directory. */
final class Shell implements AutoCloseable {
    private static final String END = "--end--";

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private Shell(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    static Shell in(Path directory) throws IOException {
        return new Shell(new ProcessBuilder("sh")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /** Runs commands and returns the lines they print. */
    List<String> run(String commands) throws IOException {
        input.write(commands + "\necho " + END + "\n");
        input.flush();
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null && !line.equals(END); line = output.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        input.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
