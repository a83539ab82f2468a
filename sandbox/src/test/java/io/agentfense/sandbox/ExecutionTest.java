package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.Transfer;
import io.agentfense.sandbox.guest.SetupStep;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a running sandbox: their ends, streams, directory and environment. */
class ExecutionTest {
    private static LocalShell shell;

    @BeforeAll
    static void start() throws IOException {
        shell = LocalShell.start();
    }

    @AfterAll
    static void stop() throws IOException {
        shell.close();
    }

    @Test
    void theExitCodeIsTheCommands() throws IOException {
        assertThat(shell.run("exit 0").outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(shell.run("exit 255").outcome()).isEqualTo(new Outcome.Exited(255));
    }

    @Test
    void aSignalIs128More() throws IOException {
        ExecutionResult result = shell.run("kill -USR1 $$");

        assertThat(result.outcome()).isEqualTo(new Outcome.Signaled(10));
        assertThat(result.exitCode()).isEqualTo(138);
    }

    @Test
    void aProgramThatIsNotThereIs127() throws IOException {
        ExecutionResult result = shell.run(Command.of("no-such-program"));

        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.outcome())
                .isEqualTo(new Outcome.NotStarted(
                        SetupStep.EXEC, "cannot run no-such-program: No such file or directory", 127));
    }

    @Test
    void aProgramThatCannotBeExecutedIs126() throws IOException {
        assertThat(shell.run(Command.of("/etc/passwd")).exitCode()).isEqualTo(126);
        assertThat(shell.run(Command.of("/etc")).exitCode()).isEqualTo(126);
    }

    @Test
    void aProgramIsLookedForOnThePathOfTheCommand() throws IOException {
        shell.sh("mkdir -p tools; printf '#!/bin/sh\\necho found' > tools/tool; chmod +x tools/tool");
        Command tool = Command.of("tool").withEnvironment(Map.of("PATH", "/workspace/tools:/usr/bin"));

        assertThat(shell.run(tool).stdout().text()).isEqualTo("found\n");
    }

    @Test
    void outputsAreKeptApartAndBytesArriveAsTheyAre() throws IOException {
        ExecutionResult result = shell.run("printf '\\377\\000\\200out'; printf 'err\\376' >&2; exit 3");

        assertThat(result.stdout().bytes()).containsExactly(0xff, 0, 0x80, 'o', 'u', 't');
        assertThat(result.stderr().bytes()).containsExactly('e', 'r', 'r', 0xfe);
        assertThat(result.exitCode()).isEqualTo(3);
    }

    @Test
    void errorsAreKeptAlsoWhenAllIsWell() throws IOException {
        assertThat(shell.run("echo warning >&2").stderr().text()).isEqualTo("warning\n");
    }

    @Test
    void aFloodIsCutAndTheExitCodeIsRight() throws IOException {
        Command flood = Command.of("sh", "-c", "head -c 50000000 /dev/zero; echo last >&2; exit 7")
                .withStreams(Input.none(), Output.capture(1000), Output.capture(1000));
        ExecutionResult result = shell.run(flood);

        assertThat(result.stdout().bytes()).hasSize(1000);
        assertThat(result.stdout().truncated()).isTrue();
        assertThat(result.stderr().text()).isEqualTo("last\n");
        assertThat(result.stderr().truncated()).isFalse();
        assertThat(result.exitCode()).isEqualTo(7);
    }

    @Test
    void bytesAsInputArriveWithTheEndOfTheFile() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(11).nextBytes(content);
        ExecutionResult result = shell.run(
                Command.of("cat").withStreams(Input.of(content), Output.capture(10_000_000), Output.discard()));

        assertThat(result.stdout().bytes()).isEqualTo(content);
    }

    @Test
    void inputThatNobodyReadsHoldsNothingUp() throws IOException {
        ExecutionResult result = shell.run(
                Command.of("true").withStreams(Input.of(new byte[3_000_000]), Output.discard(), Output.discard()));

        assertThat(result.exitCode()).isZero();
    }

    @Test
    void noInputIsTheEndOfTheFile() throws IOException {
        assertThat(shell.run("wc -c").stdout().text()).isEqualTo("0\n");
    }

    @Test
    void inputCanBeWrittenWhileOutputIsStreamed() throws Exception {
        ByteArrayOutputStream streamed = new ByteArrayOutputStream();
        Execution echo = shell.sandbox()
                .exec(Command.of("sh", "-c", "while read line; do echo \"<$line>\"; done")
                        .withStreams(
                                Input.piped(),
                                Output.stream((bytes, length) -> {
                                    synchronized (streamed) {
                                        streamed.write(bytes, 0, length);
                                        streamed.notifyAll();
                                    }
                                }),
                                Output.discard()));
        Thread writer = new Thread(() -> answerEachLine(echo, streamed));
        writer.start();

        assertThat(echo.await().exitCode()).isZero();
        writer.join();
        assertThat(streamed.toString(UTF_8)).isEqualTo("<one>\n<two>\n");
    }

    /** Writes the second line only once the first has come back. */
    private static void answerEachLine(Execution echo, ByteArrayOutputStream streamed) {
        try (OutputStream input = echo.stdin()) {
            input.write("one\n".getBytes(UTF_8));
            synchronized (streamed) {
                while (!streamed.toString(UTF_8).equals("<one>\n")) {
                    streamed.wait();
                }
            }
            input.write("two\n".getBytes(UTF_8));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReceiverThatTakesNoMoreDoesNotHoldTheCommandUp() throws IOException {
        ExecutionResult result = shell.run(Command.of("head", "-c", "1000000", "/dev/zero")
                .withStreams(
                        Input.none(),
                        Output.stream((_, _) -> {
                            throw new IOException("the client went");
                        }),
                        Output.discard()));

        assertThat(result.exitCode()).isZero();
    }

    @Test
    void aPipeOfOursIsPassedStraightThrough() throws IOException {
        Pipe pipe = Pipe.open();
        shell.run(Command.of("sh", "-c", "readlink /proc/self/fd/1 >&2; echo direct")
                .withStreams(Input.none(), Output.to(pipe.writeEnd()), Output.capture(100)));
        byte[] buffer = new byte[100];

        assertThat(new String(buffer, 0, Transfer.read(pipe.readEnd(), buffer), UTF_8))
                .isEqualTo("direct\n");
        Descriptor.close(pipe.readEnd());
        Descriptor.close(pipe.writeEnd());
    }

    @Test
    void aFileOfOursIsReadAndWrittenHereAndNeverGetsInside(@TempDir Path directory) throws IOException {
        Path from = Files.writeString(directory.resolve("from"), "content");
        Path to = Files.createFile(directory.resolve("to"));
        int input = Descriptor.open(from.toString(), OpenFlags.O_RDONLY);
        int output = Descriptor.open(to.toString(), OpenFlags.O_RDWR);
        ExecutionResult result = shell.run(Command.of("sh", "-c", "cat; readlink /proc/self/fd/0 /proc/self/fd/1 >&2")
                .withStreams(Input.from(input), Output.to(output), Output.capture(1000)));
        Descriptor.close(input);
        Descriptor.close(output);

        assertThat(to).hasContent("content");
        assertThat(result.stderr().text()).matches("pipe:\\[\\d+]\npipe:\\[\\d+]\n");
    }

    @Test
    void theDirectoryIsHonoured() throws IOException {
        shell.sh("mkdir -p deep/er; ln -sfn deep/er link");

        assertThat(shell.run(Command.of("pwd").in("deep/er")).stdout().text()).isEqualTo("/workspace/deep/er\n");
        assertThat(shell.run(Command.of("pwd", "-P").in("link")).stdout().text())
                .isEqualTo("/workspace/deep/er\n");
        assertThat(shell.run(Command.of("pwd").in("/usr/lib")).stdout().text()).isEqualTo("/usr/lib\n");
        assertThat(shell.run(Command.of("pwd").in("")).stdout().text()).isEqualTo("/workspace\n");
    }

    @Test
    void aDirectoryNeverLeadsOutOfTheSandbox() throws IOException {
        shell.sh("ln -sfn /proc/1/root/.. out; ln -sfn ../../../../root up");
        List<String> wandering = new ArrayList<>(List.of(
                "out", "up", "/proc/1/cwd", "/proc/1/root", "missing", "/root", "/tmp/workspace", "probe", "/oldroot"));
        for (int fd = 0; fd < 64; fd++) {
            wandering.add("/proc/self/fd/" + fd);
            wandering.add("/proc/self/fd/" + fd + "/..");
        }
        for (String directory : wandering) {
            assertThat(shell.run(Command.of("pwd").in(directory)).outcome())
                    .as(directory)
                    .isInstanceOfSatisfying(Outcome.NotStarted.class, outcome -> {
                        assertThat(outcome.step()).isEqualTo(SetupStep.DIRECTORY);
                        assertThat(outcome.exitCode()).isEqualTo(125);
                    });
        }
        String above = shell.run(Command.of("ls").in("../..")).stdout().text();
        assertThat(above).contains("workspace").doesNotContain("root").doesNotContain("home");
    }

    @Test
    void variablesOfTheRequestExistOnlyInside() throws IOException {
        Map<String, String> hostile = Map.of(
                "LD_PRELOAD", "/workspace/evil.so",
                "LD_LIBRARY_PATH", "/workspace",
                "GLIBC_TUNABLES", "glibc.malloc.check=3",
                "BASH_ENV", "/workspace/evil.sh",
                "PATH", "/workspace:/usr/bin");
        ExecutionResult result = shell.run(Command.of("env").withEnvironment(hostile));

        assertThat(result.exitCode()).isZero();
        hostile.forEach((name, value) -> assertThat(result.stdout().text()).contains(name + "=" + value + "\n"));
        assertThat(shell.run("env").stdout().text()).doesNotContain("evil");
        assertThat(System.getenv()).doesNotContainKey("LD_PRELOAD");
    }

    @Test
    void argumentsThatLookLikeOptionsReachTheCommandAsTheyAre() throws IOException {
        assertThat(shell.run(Command.of("printf", "[%s]", "--bind", "/", "-x", "", "a\nb"))
                        .stdout()
                        .text())
                .isEqualTo("[--bind][/][-x][][a\nb]");
        assertThat(shell.run(Command.of("--bind", "/", "/host")).exitCode()).isEqualTo(127);
    }

    @Test
    void aMegabyteOfArgumentsAndVariablesArrives() throws IOException {
        String large = "x".repeat(100_000);
        List<String> arguments = new ArrayList<>(List.of("sh", "-c", "printf %s \"$@\" | wc -c", "sh"));
        arguments.addAll(Collections.nCopies(8, large));
        ExecutionResult result =
                shell.run(Command.of(arguments).withEnvironment(Map.of("BIG", large, "BIGGER", large)));

        assertThat(result.stdout().text()).isEqualTo("800000\n");
    }

    @Test
    void moreThanTheKernelTakesIsAnErrorOfTheCommand() throws IOException {
        ExecutionResult result = shell.run(Command.of("true", "x".repeat(200_000)));

        assertThat(result.outcome())
                .isEqualTo(new Outcome.NotStarted(SetupStep.EXEC, "cannot run true: Argument list too long", 126));
    }

    @Test
    void usageIsReported() throws IOException {
        ExecutionResult result = shell.run("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");

        assertThat(result.usage().userMicros()).isPositive();
        assertThat(result.usage().maxResidentKib()).isPositive();
        assertThat(result.duration()).isPositive();
    }

    @Test
    void commandsRunSideBySide() throws Exception {
        // Each waits for what the other writes.
        shell.sh("mkfifo -m 600 a b");
        Execution first = shell.sandbox().exec(Command.of("sh", "-c", "echo to-second > a; cat b"));
        Execution second = shell.sandbox().exec(Command.of("sh", "-c", "cat a; echo to-first > b"));

        assertThat(second.await().stdout().text()).isEqualTo("to-second\n");
        assertThat(first.await().stdout().text()).isEqualTo("to-first\n");
    }

    @Test
    void aSignalReachesTheCommandAlsoInItsFirstMoment() throws IOException {
        for (int i = 0; i < 50; i++) {
            Execution sleep = shell.sandbox().exec(Command.of("sleep", "1000"));
            sleep.signal(15);
            assertThat(sleep.await().outcome()).isEqualTo(new Outcome.Signaled(15));
        }
    }

    @Test
    void aHundredCommandsAtOnceAllEnd() throws Exception {
        List<Execution> running = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            running.add(shell.sandbox().exec(Command.of("sh", "-c", "sleep 0.1; echo " + i)));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(running.get(i).await().stdout().text()).isEqualTo(i + "\n");
        }
    }

    @Test
    void aClosedSandboxTakesNoCommands() throws IOException {
        LocalShell closed = LocalShell.start();
        closed.close();

        assertThat(closed.sandbox().isAlive()).isFalse();
        assertThatThrownBy(() -> closed.run("true"))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPIPE));
    }
}
