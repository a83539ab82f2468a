package io.agentfense.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LintCommandTest {
    @Test
    void findingsSayHowToMend() {
        Cli.Outcome outcome = Cli.run("lint", "--preset", "view-only", "--rule", "/workspace/src/**=write");

        assertThat(outcome.lines())
                .contains(
                        "warning: rule 1 (/workspace/src/**=write) matches /workspace/workspace/src/** inside: patterns"
                                + " begin at the workspace",
                        "  write \"/src/**\"");
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void notesAloneAreNoFailure() {
        Cli.Outcome outcome = Cli.run("lint", "--json", "--preset", "view-only", "--rule", "/s/**=none");

        assertThat(outcome.lines())
                .allSatisfy(line -> assertThat(line).startsWith("{\"check\":").contains("\"severity\":\"note\""))
                .isNotEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void nothingFoundIsSaidOnStandardError() {
        assertThat(Cli.run("lint", "--preset", "view-only"))
                .isEqualTo(new Cli.Outcome(0, "", "nothing found" + System.lineSeparator()));
    }
}
