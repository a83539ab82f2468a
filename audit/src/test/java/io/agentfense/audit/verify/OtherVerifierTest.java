package io.agentfense.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verifier of some lines of Python, written after SPECIFICATION.md and the documents it names, agrees with ours. */
class OtherVerifierTest {
    @TempDir
    Path directory;

    @Test
    void findsWhatWeWroteWholeAndTheSameRoot() throws Exception {
        Logs.writeFiles(directory, 150);
        Verification ours = Verifier.verify(directory);
        assertThat(ours.findings()).isEmpty();
        assertThat(python(0)).isEqualTo(ours.size() + " " + ours.hash() + " " + ours.root() + "\n");
    }

    @Test
    void findsAChangeThatWeFind() throws Exception {
        Logs.write(directory, Logs.OPTIONS, 50);
        Path file = Logs.files(directory, ".jsonl").getFirst();
        Files.writeString(file, Files.readString(file).replaceFirst("/src/7/", "/src/8/"));
        assertThat(Verifier.verify(directory).findings().getFirst().toString())
                .contains("audit-0000000000000001.jsonl:9: record 9 is not what was written");
        assertThat(python(1)).contains("record 9");
    }

    private String python(int exitCode) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("python3", "src/test/python/verify_audit.py", directory.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return output;
    }
}
