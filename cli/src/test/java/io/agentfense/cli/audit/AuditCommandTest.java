package io.agentfense.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.AuditLogOptions;
import io.agentfense.audit.log.Durability;
import io.agentfense.cli.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AuditCommandTest {
    private record Outcome(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    @TempDir
    Path place;

    private Path log = Path.of("");

    @BeforeEach
    void writeLog() throws IOException {
        log = place.resolve("audit");
        append(20);
    }

    private void append(int denials) throws IOException {
        try (AuditLog audit = AuditLog.open(log, AuditLogOptions.DEFAULT.with(Durability.BATCHED))) {
            for (int i = 0; i < denials; i++) {
                audit.append(AuditEvent.of(Instant.now(), "permission_denied")
                        .with("sandbox_id", "sb_" + i % 2)
                        .with("path", "/workspace/" + i + "/a\u001b[2J\n.env")
                        .with("user_id", "me")
                        .build());
            }
        }
    }

    private Outcome run(String... arguments) {
        PrintStream out = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, UTF_8));
        try {
            int exitCode = new CommandLine(new AuditCommand())
                    .setOut(new PrintWriter(System.out, true, UTF_8))
                    .setErr(new PrintWriter(complaints, true, UTF_8))
                    .setExecutionExceptionHandler((failure, line, result) -> {
                        line.getErr().println(failure.getMessage());
                        return failure instanceof Failure ? 2 : 99;
                    })
                    .execute(arguments);
            System.out.flush();
            return new Outcome(exitCode, written.toString(UTF_8), complaints.toString(UTF_8));
        } finally {
            System.setOut(out);
        }
    }

    @Test
    void aWholeLogIsWhole() {
        Outcome outcome = run("verify", "--dir", log.toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).startsWith("whole: 22 records up to 22, hash ");
        assertThat(run("verify", "--dir", log.toString(), "--json").out())
                .startsWith("{\"whole\":true,\"records\":22,\"last_sequence\":22,\"hash\":\"")
                .endsWith("\"proven_sequence\":22,\"findings\":[],\"notes\":[]}\n");
    }

    @Test
    void aChangedRecordIsNamedWithFileAndLine() throws IOException {
        Path file = log.resolve("audit-0000000000000001.jsonl");
        Files.writeString(file, Files.readString(file).replace("/workspace/7/", "/workspace/8/"));
        Outcome outcome = run("verify", "--dir", log.toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.lines().getFirst()).startsWith("audit-0000000000000001.jsonl:9: record 9 is not what was");
        assertThat(run("verify", "--dir", log.toString(), "--json").out())
                .contains("{\"file\":\"audit-0000000000000001.jsonl\",\"line\":9,\"message\":");
    }

    @Test
    void aLogThatWasMadeAnewIsFoundByACheckpointKeptElsewhere() throws IOException {
        Path checkpoint = Files.copy(log.resolve("checkpoint"), place.resolve("kept"));
        Path key = Files.copy(log.resolve("signing.pub"), place.resolve("kept.pub"));
        append(3);
        String[] verify = {
            "verify", "--dir", log.toString(), "--checkpoint", checkpoint.toString(), "--key", key.toString()
        };
        assertThat(run(verify).exitCode()).isZero();

        // Whoever has the directory has the key, and writes another log with it.
        for (String name : List.of("checkpoint", "audit-0000000000000001.jsonl")) {
            Files.delete(log.resolve(name));
        }
        append(30);
        assertThat(run("verify", "--dir", log.toString()).exitCode()).isZero();
        Outcome outcome = run(verify);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).contains("the records up to 22 are not those it tells of");

        // Or with a key of its own.
        Files.walk(log)
                .filter(Files::isRegularFile)
                .forEach(file -> file.toFile().delete());
        append(30);
        assertThat(run("verify", "--dir", log.toString()).exitCode()).isZero();
        assertThat(run(verify).out()).contains("signing.pub: it is another key than the one that was given");
    }

    @Test
    void whatIsAskedForIsPrintedAndDoesNothingToTheTerminal() {
        Outcome outcome = run("query", "--dir", log.toString(), "--sandbox", "sb_1", "--newest-first", "--limit", "3");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.lines())
                .hasSize(3)
                .allMatch(line -> line.contains("  permission_denied  sandbox_id=sb_1  "));
        assertThat(outcome.lines().getFirst()).contains("path=/workspace/19/a\\u001b[2J\\n.env");
        assertThat(run("query", "--dir", log.toString(), "--path", "/workspace/7")
                        .lines())
                .hasSize(1);
        assertThat(run("query", "--dir", log.toString(), "--since", "1h", "--json")
                        .lines())
                .hasSize(22);
        assertThat(run("query", "--dir", log.toString(), "--until", "2026-01-01")
                        .out())
                .isEmpty();
    }

    @Test
    void tailPrintsTheLast() {
        Outcome outcome = run("tail", "--dir", log.toString(), "-n", "2", "--event", "permission_denied", "--json");
        assertThat(outcome.lines()).hasSize(2);
        assertThat(outcome.lines().get(1)).contains("/workspace/19/").contains("\"sequence\":21,");
    }

    @Test
    void anExportOfAllIsTheLogItself() throws IOException {
        assertThat(run("export", "--dir", log.toString()).out())
                .isEqualTo(Files.readString(log.resolve("audit-0000000000000001.jsonl")));
        assertThat(run("export", "--dir", log.toString(), "--format", "csv", "--user", "me")
                        .lines())
                .hasSize(21);
    }

    @ParameterizedTest
    @CsvSource({
        "verify, --dir, /nowhere, name its directory with --dir",
        "verify, --checkpoint, /nowhere, can't be verified",
        "query, --since, yesterday, is no time",
        "export, --format, xml, is no format",
    })
    void mistakesAreExplained(String command, String option, String value, String message) {
        Outcome outcome = option.equals("--dir")
                ? run(command, option, value)
                : run(command, "--dir", log.toString(), option, value);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains(message);
    }

    @Test
    void whereThereIsNoLogNothingIsVerified() throws IOException {
        Path empty = Files.createDirectory(place.resolve("empty"));
        assertThat(run("verify", "--dir", empty.toString()).exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "query", "tail", "export"})
    void helpBeginsWithExamples(String command) {
        Outcome outcome = run(command, "--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.lines().indexOf("Examples:")).isBetween(0, 3);
        assertThat(outcome.out()).contains("agentfense audit " + command, "--dir=DIR");
    }
}
