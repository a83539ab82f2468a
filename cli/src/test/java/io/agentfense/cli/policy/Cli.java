package io.agentfense.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** Runs {@code agentfense policy …} in this process with streams of its own. */
final class Cli {
    /** What a command left behind. */
    record Outcome(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private Cli() {}

    static Outcome run(String... arguments) {
        return run(new byte[0], arguments);
    }

    /** Standard streams are the process's, so tests that call this run one after the other. */
    static synchronized Outcome run(byte[] input, String... arguments) {
        InputStream in = System.in;
        PrintStream out = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        System.setIn(new ByteArrayInputStream(input));
        System.setOut(new PrintStream(written, true, UTF_8));
        try {
            int exitCode = new CommandLine(new PolicyCommand())
                    .setOut(new PrintWriter(System.out, true, UTF_8))
                    .setErr(new PrintWriter(complaints, true, UTF_8))
                    .execute(arguments);
            System.out.flush();
            return new Outcome(exitCode, written.toString(UTF_8), complaints.toString(UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
        }
    }
}
