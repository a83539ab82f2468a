package io.agentfense.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code agentfense mount}, as scripts use it. */
class MountCommandTest {
    @TempDir
    private Path scratch;

    private Path base;
    private Path mountpoint;
    private Path err;
    private Agentfense agentfense;

    @BeforeEach
    void prepare() throws Exception {
        base = Files.createDirectories(scratch.resolve("base"));
        mountpoint = Files.createDirectories(scratch.resolve("mount point"));
        err = scratch.resolve("err");
        Files.writeString(base.resolve("file"), "before");
        Files.writeString(base.resolve(".env"), "canary");
        agentfense = new Agentfense(scratch.resolve("state"));
    }

    private Process mount(String... options) throws Exception {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "mount";
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[options.length + 1] = base.toString();
        arguments[options.length + 2] = mountpoint.toString();
        Process process = agentfense.start(err, arguments);
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("mounted " + mountpoint);
        return process;
    }

    /** Sends a signal and waits for the end; the exit code. */
    private static int end(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String mounts() throws Exception {
        return Files.readString(Path.of("/proc/self/mountinfo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalEndsItAndLeavesNothing(String signal) throws Exception {
        Process process = mount("--direct", "--rule", "**/*=write", "--rule", "/.env=none@9");
        assertThat(mountpoint.resolve("file")).hasContent("before");
        assertThat(mountpoint.resolve(".env")).doesNotExist();
        Files.writeString(mountpoint.resolve("file"), "after");

        assertThat(end(process, signal)).isGreaterThan(128);

        assertThat(base.resolve("file")).hasContent("after");
        assertThat(mounts()).doesNotContain(scratch.toString());
        // Nor anything that would have the next command believe that it was killed.
        Ended next = agentfense.run("run", "--discard", base.toString(), "--", "true");
        assertThat(next.exitCode()).isZero();
        assertThat(next.err()).doesNotContain("cleared");
    }

    @Test
    void whatWasWrittenIsKeptInADeltaThatIsNamedAtTheEnd() throws Exception {
        Process process = mount("--rule", "**/*=write");
        Files.writeString(mountpoint.resolve("new"), "written\n");

        end(process, "TERM");

        assertThat(base.resolve("new")).doesNotExist();
        String told = Files.readString(err);
        assertThat(told).startsWith("agentfense: the delta is kept as ");
        String id = told.substring("agentfense: the delta is kept as ".length()).strip();
        assertThat(agentfense.run("diff", id).out()).contains("+written");
    }

    @Test
    void somebodyElsesUnmountEndsIt() throws Exception {
        Process process = mount("--direct", "--rule", "**/*=write");
        assertThat(Ended.of(new ProcessBuilder("umount", mountpoint.toString())).exitCode())
                .isZero();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(agentfense.run("ls").err()).isEmpty();
    }

    @Test
    void aPlaceThatCannotBeIsRefusedAndForgotten() throws Exception {
        Files.writeString(mountpoint.resolve("something"), "x");
        Ended full = agentfense.run("mount", base.toString(), mountpoint.toString());
        assertThat(full.exitCode()).isEqualTo(2);
        assertThat(full.err()).contains("is not empty; name an empty directory");

        Ended absent = agentfense.run(
                "mount", base.toString(), scratch.resolve("absent").toString());
        assertThat(absent.exitCode()).isEqualTo(3);
        assertThat(absent.err()).contains("mkdir -p");
        assertThat(agentfense
                        .run("run", "--discard", base.toString(), "--", "true")
                        .err())
                .doesNotContain("cleared");
    }
}
