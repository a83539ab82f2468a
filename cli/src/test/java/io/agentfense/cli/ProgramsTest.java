package io.agentfense.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real programs do in a workspace what they do on a bare disk: they end and print alike, and what lands in the codebase
 * is what lies on the disk. Each is a project in {@code src/test/programs}.
 */
class ProgramsTest {
    private enum Rules {
        /** Nearly all may be written, so every open is asked for. */
        DEVELOPMENT("--preset", "development"),
        /** Sources are read, and open without a message; one directory is written, a mount of its own. */
        OUTPUT("--preset", "read-only", "--rule", "/output/**=write");

        private final List<String> options;

        Rules(String... options) {
            this.options = List.of(options);
        }
    }

    @TempDir
    private Path scratch;

    @Test
    void gitClonesCommitsAndCollectsGarbage() throws Exception {
        doesAsOnABareDisk("git", Rules.DEVELOPMENT, Rules.OUTPUT);
    }

    @Test
    void sqliteKeepsWritersAndReadersApart() throws Exception {
        doesAsOnABareDisk("sqlite", Rules.DEVELOPMENT, Rules.OUTPUT);
    }

    @Test
    void npmInstallsFromLocalTarballs() throws Exception {
        doesAsOnABareDisk("npm", Rules.DEVELOPMENT, Rules.OUTPUT);
    }

    @Test
    void pythonEnvironmentsTakeWheelsAndRun() throws Exception {
        doesAsOnABareDisk("venv", Rules.DEVELOPMENT);
    }

    @Test
    void makeFindsTheTimesOfFilesAsTheyWere() throws Exception {
        doesAsOnABareDisk("make", Rules.DEVELOPMENT, Rules.OUTPUT);
    }

    @Test
    void mavenBuildsWithoutANetwork() throws Exception {
        doesAsOnABareDisk("maven", Rules.DEVELOPMENT, Rules.OUTPUT);
    }

    private void doesAsOnABareDisk(String name, Rules... each) throws IOException, InterruptedException {
        Program program = Program.prepare(name, scratch);
        Program.Result bare = program.onABareDisk();
        assertThat(bare.exitCode()).as(bare.err()).isZero();

        for (Rules rules : each) {
            Program.Result guarded = program.inAWorkspace(rules.options);
            assertThat(guarded.exitCode()).as("%s: %s", rules, guarded.err()).isZero();
            assertThat(guarded.out()).as("output, %s", rules).isEqualTo(bare.out());
            assertThat(guarded.err()).as("errors, %s", rules).isEqualTo(bare.err());
            assertThat(guarded.tree()).as("files, %s", rules).containsExactlyInAnyOrderEntriesOf(bare.tree());
            assertThat(guarded.check()).as("check, %s", rules).isEqualTo(bare.check());
        }
    }
}
