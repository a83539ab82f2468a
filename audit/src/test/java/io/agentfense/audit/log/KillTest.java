package io.agentfense.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.verify.Verifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at any moment loses nothing that was acknowledged, and the log goes on. */
class KillTest {
    private static final int ROUNDS = 12;

    @TempDir
    Path directory;

    @Test
    void nothingThatWasAcknowledgedIsLostAndTheLogGoesOn() throws Exception {
        Random random = new Random(9);
        Set<String> acknowledged = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<String> now = killed("r" + round, 1 + random.nextInt(2000), random.nextInt(20));
            assertThat(now).isNotEmpty();
            acknowledged.addAll(now);
            assertThat(Verifier.verify(directory).findings())
                    .as("after kill %d", round)
                    .isEmpty();
            assertThat(missing(acknowledged)).as("after kill %d", round).isEmpty();
        }
        AuditLog.open(directory, AuditLogOptions.DEFAULT).close();
        assertThat(Verifier.verify(directory).findings()).isEmpty();
        assertThat(Verifier.verify(directory).notes()).isEmpty();
        try (AuditReader reader = AuditReader.open(directory)) {
            List<AuditRecord> starts = reader.list(AuditQuery.ALL.of(Set.of("audit_started")));
            assertThat(starts).hasSize(ROUNDS + 1);
        }
    }

    /** What a process acknowledged before it was killed, some milliseconds after its so-and-so-manieth acknowledgement. */
    private List<String> killed(String word, int lines, int millis) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Appending.command(directory, word))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                acknowledged.add(out.readLine());
            }
            Thread.sleep(millis);
            // Not by the process itself, which would close the pipe with what is in it.
            process.toHandle().destroyForcibly();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                // The last line may be cut by the kill.
                if (line.matches("r\\d+-\\d-\\d+")) {
                    acknowledged.add(line);
                }
            }
        }
        process.waitFor();
        return acknowledged;
    }

    private Set<String> missing(Set<String> acknowledged) throws IOException {
        Set<String> missing = new HashSet<>(acknowledged);
        try (AuditReader reader = AuditReader.open(directory)) {
            reader.read(AuditQuery.ALL, (record, line) -> {
                missing.remove(String.valueOf(record.event().text("name")));
                return true;
            });
        }
        return missing;
    }
}
