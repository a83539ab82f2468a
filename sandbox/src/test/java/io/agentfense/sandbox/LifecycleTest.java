package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.linux.cgroup.ResourceLimits;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timeouts, background processes, and what is left when commands, sandboxes and JVMs end. */
class LifecycleTest {
    private static final Duration SOON = Duration.ofMillis(300);

    private LocalShell shell;

    @BeforeEach
    void start() throws IOException {
        shell = LocalShell.start();
    }

    @AfterEach
    void stop() throws IOException {
        shell.close();
    }

    private ExecutionResult runOutOfTime(String script) throws IOException {
        return shell.run(Command.of("sh", "-c", script).withTimeout(SOON));
    }

    /** The commands of the sandbox, but for its process 1 and the one that asks. */
    private String processes() throws IOException {
        return shell.run("for p in /proc/[0-9]*; do [ $p = /proc/$$ ] || tr '\\0' ' ' < $p/cmdline; done")
                .stdout()
                .text()
                .replace("/.agentfense-guest init ", "");
    }

    @Test
    void aCommandThatRunsTooLongIs124() throws IOException {
        ExecutionResult result = runOutOfTime("echo before; sleep 1000");

        assertThat(result.outcome()).isEqualTo(new Outcome.TimedOut());
        assertThat(result.exitCode()).isEqualTo(124);
        assertThat(result.stdout().text()).isEqualTo("before\n");
        assertThat(shell.sandbox().isAlive()).isTrue();
    }

    @Test
    void itMayTidyUpBeforeItIsKilled() throws IOException {
        ExecutionResult result = runOutOfTime("trap 'echo tidy; exit' TERM; while :; do sleep 0.01; done");

        assertThat(result.exitCode()).isEqualTo(124);
        assertThat(result.stdout().text()).isEqualTo("tidy\n");
    }

    @Test
    void itCannotIgnoreTheEnd() throws IOException {
        assertThat(runOutOfTime("trap '' TERM INT HUP; while :; do sleep 0.01; done")
                        .exitCode())
                .isEqualTo(124);
        assertThat(runOutOfTime("kill -STOP $$").exitCode()).isEqualTo(124);
        assertThat(processes()).isEmpty();
    }

    @Test
    void itCannotStopItsSupervisor() throws IOException {
        assertThat(runOutOfTime("while :; do kill -STOP $PPID; done").exitCode())
                .isEqualTo(124);
        assertThat(processes()).isEmpty();
    }

    @Test
    void whoKillsItsSupervisorDiesWithIt() throws IOException {
        ExecutionResult result = shell.run("setsid sleep 1000 & kill -9 $PPID; sleep 1000");

        assertThat(result.outcome()).isEqualTo(new Outcome.Signaled(9));
        assertThat(processes()).isEmpty();
    }

    @Test
    void otherCommandsSurviveThat() throws Exception {
        Execution other = shell.sandbox().exec(Command.of("sleep", "1000"));
        Eventually.holds(() -> processes().equals("sleep 1000 "));
        shell.run("kill -9 $PPID; sleep 1000");

        assertThat(processes()).isEqualTo("sleep 1000 ");
        other.kill();
        assertThat(other.await().outcome()).isEqualTo(new Outcome.Signaled(9));
    }

    @Test
    void daemonsOfACommandThatRanTooLongAreKilledToo() throws IOException {
        ExecutionResult result = runOutOfTime("setsid sh -c 'trap \"\" TERM; nohup sleep 1000 & sleep 1000' &"
                + " (setsid setsid sleep 1000 &) ; sleep 1000");

        assertThat(result.exitCode()).isEqualTo(124);
        assertThat(processes()).isEmpty();
    }

    @Test
    void processesThatForkAndExitWithoutPauseAreKilledToo() throws IOException {
        assertThat(runOutOfTime("./probe comet; sleep 1000").exitCode()).isEqualTo(124);
        assertThat(processes()).isEmpty();
        assertThat(shell.sandbox().isAlive()).isTrue();
    }

    @Test
    void killingOneCommandLeavesTheStoppedAndTheRunningOfOthersAsTheyWere() throws Exception {
        List<String> before = List.of("(sh)T", "(sleep)S");
        shell.run("sleep 1000 > /dev/null 2>&1 & sh -c 'kill -STOP $$' > /dev/null 2>&1 &");
        Eventually.holds(() -> states().equals(before));

        runOutOfTime("./probe comet; sleep 1000");

        // What goes on again may be seen running for a moment.
        Eventually.holds(() -> states().equals(before));
    }

    /** The names and states of all processes, but for those that are there to ask. */
    private List<String> states() throws IOException {
        return shell.run(Command.of("sh", "-c", "cat /proc/[0-9]*/stat"))
                .stdout()
                .text()
                .lines()
                .map(line -> line.split(" ", 4)[1] + line.split(" ", 4)[2])
                .filter(state -> !state.matches("\\((\\.agentfense|supervisor|cat).*|\\(sh\\)S"))
                .sorted()
                .toList();
    }

    @Test
    void backgroundProcessesLiveOnUntilTheSandboxCloses() throws IOException {
        ExecutionResult result = shell.run("sleep 1000 & nohup sleep 2000 & echo started");

        assertThat(result.outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(result.stdout().text()).isEqualTo("started\n");
        assertThat(processes()).contains("sleep 1000 ").contains("sleep 2000 ");
        shell.sandbox().close();
        assertThat(hostProcesses(shell.user().uid())).isEmpty();
    }

    @Test
    void aGrandchildThatHoldsTheOutputDoesNotHoldUpTheEnd() throws IOException {
        // With the timeout a wait for the pipe's end would show as 124.
        ExecutionResult result =
                shell.run(Command.of("sh", "-c", "sleep 1000 & exit 5").withTimeout(Duration.ofSeconds(60)));

        assertThat(result.exitCode()).isEqualTo(5);
    }

    @Test
    void outputOfAProcessThatOutlivesTheCommandBrieflyIsStillTaken() throws Exception {
        // A busy machine may take longer than brief.
        Eventually.holds(() ->
                shell.run("(sleep 0.02; echo late) & exit 0").stdout().text().equals("late\n"));
    }

    @Test
    void tenThousandOrphansLeaveNoZombie() throws IOException {
        assertThat(shell.run("./probe orphans 10000").stdout().text()).isEqualTo("zombies 0\n");
    }

    @Test
    void closingASandboxEndsItsRunningCommands() throws Exception {
        Execution sleep = shell.sandbox().exec(Command.of("sleep", "1000"));
        shell.sandbox().close();

        assertThat(sleep.await().outcome()).isEqualTo(new Outcome.SandboxEnded());
        assertThat(hostProcesses(shell.user().uid())).isEmpty();
    }

    @Test
    void closingLeavesNothingOnTheHost() throws IOException {
        shell.close();
        HostState before = HostState.now();
        for (int i = 0; i < 3; i++) {
            try (LocalShell other = LocalShell.start(spec ->
                    spec.withLimits(ResourceLimits.NONE.withMemory(64 << 20).withProcesses(50)))) {
                other.run("setsid sleep 1000 & head -c 100000 /dev/zero > /tmp/x");
                other.run(Command.of("no-such-program"));
                assertThat(HostState.now()).isNotEqualTo(before);
            }
        }
        assertThat(HostState.now()).isEqualTo(before);
        start();
    }

    /** What a sandbox could leave behind. */
    private record HostState(List<String> children, List<String> mounts, List<String> groups, int descriptors) {
        /** Other processes of the machine may have sandboxes of their own. */
        private static final String OWN_GROUPS =
                "agentfense-" + ProcessHandle.current().pid() + "-";

        static HostState now() throws IOException {
            List<String> children = ProcessHandle.current()
                    .descendants()
                    .map(process -> process.info().command().orElse("?"))
                    .toList();
            try (Stream<Path> groups = Files.find(
                    Path.of("/sys/fs/cgroup"),
                    20,
                    (path, attributes) -> attributes.isDirectory()
                            && path.getFileName().toString().startsWith(OWN_GROUPS))) {
                return new HostState(
                        children,
                        mountsButFuse(),
                        groups.map(Path::toString).toList(),
                        new File("/proc/self/fd").list().length);
            }
        }

        /** Without those of FUSE: a sandbox makes none, and other programs of the machine come and go. */
        private static List<String> mountsButFuse() throws IOException {
            return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .filter(line -> !line.split(" ")[2].startsWith("fuse"))
                    .toList();
        }
    }

    @Test
    void aKilledJvmLeavesNoProcess() throws Exception {
        Path workspace = Files.createTempDirectory("sandbox-test");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-D" + GuestProgram.PROPERTY + "=" + Built.guest(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        workspace.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = jvm.inputReader(UTF_8);
        long uid = Long.parseLong(said.readLine());
        assertThat(hostProcesses(uid)).isNotEmpty();

        jvm.destroyForcibly().waitFor();

        Eventually.holds(() -> hostProcesses(uid).isEmpty());
        Trees.delete(workspace);
    }

    /** A JVM that is killed while its sandbox runs things that don't want to die. */
    static final class Victim {
        public static void main(String[] arguments) throws IOException {
            HostUser user = HostUser.acquire();
            Sandbox sandbox = BwrapRuntime.find().start(SandboxSpec.of(Path.of(arguments[0]), user));
            sandbox.exec(Command.of("sh", "-c", "trap '' TERM HUP; setsid sleep 1000 & sleep 1000"));
            sandbox.exec(Command.of("sh", "-c", "kill -STOP $$"));
            sandbox.exec(Command.of("true")).await();
            System.out.println(user.uid());
            while (true) {
                sandbox.exec(Command.of("sleep", "1000")).await();
            }
        }
    }

    /** The processes of a uid, as the host sees them. */
    private static List<Path> hostProcesses(long uid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path ->
                            Character.isDigit(path.getFileName().toString().charAt(0)))
                    .filter(path -> belongsTo(path, uid))
                    .toList();
        }
    }

    private static boolean belongsTo(Path process, long uid) {
        try {
            for (String line : Files.readAllLines(process.resolve("status"))) {
                if (line.startsWith("Uid:")) {
                    return List.of(line.split("\\s+")).contains(Long.toString(uid));
                }
            }
            return false;
        } catch (IOException e) {
            // It has ended.
            return false;
        }
    }
}
