package io.agentfense.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCommandTest {
    @TempDir
    Path directory;

    @Test
    void zeroOnlyIfAllHold() throws IOException {
        Path file = expectations("""
                - {path: /src/main.py, level: read}
                - {path: /src/.env, operation: open, allowed: false}
                - {path: /output/x, operation: create, allowed: true}
                """);

        assertThat(Cli.run("test", file.toString()))
                .isEqualTo(new Cli.Outcome(0, "", "3 of 3 hold" + System.lineSeparator()));
    }

    @Test
    void aLineForEachFailure() throws IOException {
        Path file = expectations("""
                - {path: /src/main.py, level: write}
                - {path: /src/.env, operation: stat, allowed: true}
                - {path: /src, level: read}
                """);

        Cli.Outcome outcome = Cli.run("test", file.toString());

        assertThat(outcome.lines())
                .containsExactly(
                        file + ":1:3: /src/main.py is read by rule 0 (**/*=read), expected write",
                        file + ":2:3: /src/.env is none by rule 4 (**/.env*=none@100), expected stat allowed");
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void failuresInJson() throws IOException {
        Path file = expectations("- {path: /a, level: write}\n");

        assertThat(Cli.run("test", "--json", "--preset", "read-only", file.toString())
                        .lines())
                .containsExactly("{\"location\":\"" + file
                        + ":1:3\",\"path\":\"/a\",\"expected\":\"write\",\"level\":\"read\",\"rule\":0}");
    }

    private Path expectations(String yaml) throws IOException {
        return Files.writeString(directory.resolve("expected.yaml"), yaml);
    }
}
