package io.agentfense.cli.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsCommandTest {
    @TempDir
    Path directory;

    @Test
    void theBuiltInRulesOverALog() throws IOException {
        Cli.Outcome outcome = Cli.run("test", log("audit.jsonl", 0, 12).toString());

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.lines())
                .containsExactly("2026-02-03T10:15:10Z raised medium permission_denials: High permission denial rate:"
                        + " 11 denials in sandbox sb_1, the last of /workspace/a\\u000ab");
        assertThat(outcome.err().lines())
                .containsExactly(
                        "open: medium permission_denials: High permission denial rate: 12 denials in sandbox sb_1, the"
                                + " last of /workspace/a\\u000ab",
                        "1 raised from 12 events, 1 open");
    }

    @Test
    void rulesOfAFileOverSeveralLogsSomeCompressed() throws IOException {
        Path rules = rules("""
                server: {http_addr: "127.0.0.1:8080"}
                alerts:
                  defaults: false
                  rules:
                    - name: probing
                      severity: critical
                      kind: count
                      events: permission_denied
                      more_than: 14
                      window: 30s
                      group_by: sandbox_id
                      message: "{count} in {sandbox_id}"
                      actions: [freeze, block_user]
                """);
        Path old = compressed(log("old", 0, 10));
        Path late = log("late", 10, 10);
        Path later = log("later", 50, 5);

        Cli.Outcome outcome =
                Cli.run("test", "--rules", rules.toString(), old.toString(), late.toString(), later.toString());

        assertThat(outcome.lines())
                .containsExactly(
                        "2026-02-03T10:15:14Z raised critical probing: 15 in sb_1; would freeze, block_user",
                        "2026-02-03T10:15:49Z closed critical probing: 20 in sb_1");
        assertThat(outcome.err().lines()).containsExactly("1 raised from 25 events, 0 open");
    }

    @Test
    void changesInJson() throws IOException {
        Path log = log("audit.jsonl", 0, 30);
        Cli.Outcome outcome = Cli.run("test", "--json", log.toString());

        ObjectMapper json = new ObjectMapper();
        assertThat(outcome.lines()).hasSize(2);
        assertThat(json.readTree(outcome.lines().getFirst()).path("state").asText())
                .isEqualTo("raised");
        assertThat(json.readTree(outcome.lines().getLast()).path("state").asText())
                .isEqualTo("updated");
        assertThat(json.readTree(outcome.lines().getLast()).path("count").asInt())
                .isEqualTo(22);
    }

    @Test
    void logsInTheWrongOrderAndTornLinesAreTold() throws IOException {
        Path log = log("new", 0, 1);
        Path old = Files.writeString(
                directory.resolve("old"), "{\"timestamp\": \"2025-01-01T00:00:00Z\", \"event\": \"e\"}\n{\"tim");
        Cli.Outcome outcome = Cli.run("test", log.toString(), old.toString());

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).contains("give the oldest log first", "its last line is not whole");
    }

    @Test
    void whatIsPrintedCanBeRead() throws IOException {
        Cli.Outcome printed = Cli.run("rules");
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.out())
                .contains("defaults: false", "name: permission_denials", "more_than: 10", "window: 1m");

        Path log = log("audit.jsonl", 0, 12);
        Cli.Outcome own = Cli.run("test", "--rules", rules(printed.out()).toString(), log.toString());
        assertThat(own).isEqualTo(Cli.run("test", log.toString()));
        assertThat(own.lines()).hasSize(1);
    }

    @Test
    void mistakesInRulesNameFileAndKey() throws IOException {
        Path rules = rules("alerts: {rules: [{kind: any, events: e, window: soon}]}");
        Cli.Outcome outcome =
                Cli.run("test", "--rules", rules.toString(), log("l", 0, 1).toString());

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains(rules + ": rules[0].window: must be a duration");
        assertThat(Cli.run("test", "--rules", "/nowhere/rules.yaml", "x").err())
                .contains("/nowhere/rules.yaml: there is no such file");
    }

    @Test
    void aLogThatIsNoneIsNamedWithItsLine() throws IOException {
        Path log = Files.writeString(directory.resolve("log"), "nonsense\n");
        Cli.Outcome outcome = Cli.run("test", log.toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains(log + ":1: ");
        assertThat(Cli.run("test", "/nowhere/log").err()).contains("/nowhere/log: there is no such file");
        assertThat(Cli.run("test").exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "rules"})
    void helpBeginsWithExamples(String command) {
        Cli.Outcome outcome = Cli.run(command, "--help");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.lines().indexOf("Examples:")).isBetween(0, 3);
        assertThat(outcome.out()).contains("agentfense alerts " + command);
    }

    /** A denial each second, of a file whose name has a newline. */
    private Path log(String name, int from, int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            lines.append("{\"timestamp\":\"2026-02-03T10:15:%02dZ\",\"event\":\"permission_denied\",".formatted(i))
                    .append("\"sandbox_id\":\"sb_1\",\"path\":\"/workspace/a\\nb\",\"user_id\":\"ann\"}\n");
        }
        return Files.writeString(directory.resolve(name), lines);
    }

    private Path compressed(Path file) throws IOException {
        Path compressed = directory.resolve(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        return compressed;
    }

    private Path rules(String yaml) throws IOException {
        return Files.writeString(directory.resolve("rules.yaml"), yaml);
    }
}
