package io.agentfense.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes of the user end with exit code 2, nothing on standard output, and what to do on standard error. */
class UsageTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "--preset, agent_safe, did you mean 'agent-safe'?",
        "--rule, /src/**, write PATTERN=LEVEL",
        "--rule, /src=raed, did you mean 'read'?",
        "--rule, **.py=read, write \"**/*.py\"",
        "--rules, /nowhere/rules.yaml, there is no such file",
        "--rules, /, it can't be read",
    })
    void mistakesInRulesAreExplained(String option, String value, String message) {
        for (String command : new String[] {"eval", "lint"}) {
            Cli.Outcome outcome = Cli.run(command, option, value);

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).contains(message);
        }
    }

    @Test
    void mistakesInFilesNameTheirPlace() throws IOException {
        Path rules = Files.writeString(directory.resolve("r.yaml"), "- pattern: /a\n  permission: raed\n");
        Path expected = Files.writeString(directory.resolve("e.yaml"), "- {path: /a}\n");

        assertThat(Cli.run("lint", "--rules", rules.toString()).err()).contains(rules + ":2:15: unknown level 'raed'");
        Cli.Outcome outcome = Cli.run("test", expected.toString());
        assertThat(outcome.err()).contains(expected + ":1:3: an expectation needs");
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"explain", "test", "nonsense"})
    void whatIsMissingOrUnknownIsUsage(String command) {
        assertThat(Cli.run(command).exitCode()).isEqualTo(2);
    }

    @Test
    void aPathWithDotsCannotBeExplained() {
        Cli.Outcome outcome = Cli.run("explain", "/a/../b");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("\"..\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "explain", "lint", "test"})
    void helpBeginsWithExamples(String command) {
        Cli.Outcome outcome = Cli.run(command, "--help");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.lines().indexOf("Examples:")).isBetween(0, 3);
        assertThat(outcome.out()).contains("agentfense policy " + command, "--rules=FILE");
    }
}
