package io.agentfense.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is acknowledged is on the disk, and not only in the kernel's memory, which outlives the process that is killed and not
 * the power. Seen by what {@code strace(1)} tells of the order of system calls.
 */
class DurabilityTest {
    private static final int ACKNOWLEDGED = 400;
    private static final Pattern CALL =
            Pattern.compile("(?<thread>\\d+) +(?:<\\.\\.\\. )?(?<name>[a-z0-9]+)(?<rest>(?:\\(| resumed>).*)");
    private static final Pattern RECORD = Pattern.compile("\\\\\"name\\\\\":\\\\\"(word-\\d-\\d+)\\\\\"");
    private static final Pattern PRINTED = Pattern.compile("\"(word-\\d-\\d+)\\\\n\"");

    @TempDir
    Path directory;

    /** Written to the file, and written before a flush that has ended began. */
    private final Set<String> written = new HashSet<>();

    private final Set<String> flushed = new HashSet<>();

    /** What each thread's flush covers, once it ends. */
    private final Map<String, Set<String>> flushing = new HashMap<>();

    /** Calls that threads have begun. */
    private final Map<String, String> begun = new HashMap<>();

    private int acknowledged;

    @Test
    void nothingIsAcknowledgedBeforeItWasFlushedToTheDisk() throws Exception {
        Path trace = directory.resolve("trace");
        trace(trace);
        try (BufferedReader lines = Files.newBufferedReader(trace, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher call = CALL.matcher(line);
                if (call.matches()) {
                    take(call.group("thread"), call.group("name"), call.group("rest"));
                }
            }
        }
        assertThat(acknowledged).isGreaterThanOrEqualTo(ACKNOWLEDGED);
    }

    private void trace(Path trace) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "strace",
                "--seccomp-bpf",
                "-f",
                "-qq",
                "-y",
                "-s",
                "1000000",
                "-e",
                "trace=write,pwrite64,writev,fsync,fdatasync",
                "-o",
                trace.toString()));
        command.addAll(Appending.command(directory.resolve("audit"), "word"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < ACKNOWLEDGED; i++) {
                assertThat(out.readLine()).startsWith("word-");
            }
            process.descendants().forEach(ProcessHandle::destroyForcibly);
        }
        process.waitFor();
    }

    /** A call is told when it ends, or in two parts if others are told in between. */
    private void take(String thread, String name, String rest) {
        boolean resumed = !rest.startsWith("(");
        boolean ends = !rest.endsWith("<unfinished ...>");
        String arguments = resumed ? begun.getOrDefault(thread, "") : rest;
        if (!resumed) {
            begun.put(thread, rest);
            begins(thread, name, rest);
        }
        if (ends && rest.matches("(?s).*= \\d+")) {
            ends(thread, name, arguments);
        }
    }

    private void begins(String thread, String name, String arguments) {
        if (isFlush(name, arguments)) {
            flushing.put(thread, new HashSet<>(written));
        }
        Matcher printed = PRINTED.matcher(arguments);
        if (arguments.startsWith("(1<") && printed.find()) {
            assertThat(flushed).as("flushed before it was acknowledged").contains(printed.group(1));
            acknowledged++;
        }
    }

    private void ends(String thread, String name, String arguments) {
        if (isFlush(name, arguments)) {
            flushed.addAll(flushing.getOrDefault(thread, Set.of()));
        } else if (isOfTheLog(arguments)) {
            Matcher record = RECORD.matcher(arguments);
            while (record.find()) {
                written.add(record.group(1));
            }
        }
    }

    private static boolean isFlush(String name, String arguments) {
        return name.endsWith("sync") && isOfTheLog(arguments);
    }

    private static boolean isOfTheLog(String arguments) {
        return arguments.matches("(?s)\\(\\d+<[^>]*/audit/audit-\\d+\\.jsonl>.*");
    }
}
