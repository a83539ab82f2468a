package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.format.RecordParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process prints is the log, and what it could not print comes with the next. */
class StdoutForwardingTest {
    @TempDir
    Path place;

    private void run(Path out) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PrintingProcess.class.getName(),
                        place.resolve("log").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void aDiskThatWasFullHasLostNothing() throws Exception {
        Path out = place.resolve("out");
        run(out);
        run(Path.of("/dev/full"));
        run(out);
        List<Long> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(out)) {
            numbers.add(RecordParser.parse(line.getBytes(UTF_8)).sequence());
        }
        // Three times a hundred, each with the log's own two, of which the last audit_stopped is for the next.
        assertThat(numbers).isEqualTo(Forwarded.upTo(305));
    }
}
