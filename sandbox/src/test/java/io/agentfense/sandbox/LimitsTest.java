package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.cgroup.CgroupException;
import io.agentfense.linux.cgroup.CgroupUsage;
import io.agentfense.linux.cgroup.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What commands can use up, and what is said when they try. */
class LimitsTest {
    private static LocalShell startWith(ResourceLimits limits) throws IOException {
        return LocalShell.start(spec -> spec.withLimits(limits));
    }

    @Test
    void memoryIsLimitedAndItsEndIsTold() throws IOException {
        try (LocalShell shell = startWith(ResourceLimits.NONE.withMemory(32 << 20))) {
            ExecutionResult result = shell.run(Command.of("/workspace/probe", "eat"));

            assertThat(result.outcome()).isEqualTo(new Outcome.Signaled(9));
            assertThat(result.outOfMemoryKills()).isPositive();
            assertThat(shell.run("echo alive").stdout().text()).isEqualTo("alive\n");
        }
    }

    @Test
    void memoryOfTemporaryFilesCountsToo() throws IOException {
        UnaryOperator<SandboxSpec> small = spec ->
                spec.withLimits(ResourceLimits.NONE.withMemory(32 << 20)).withTemporaryBytes(1L << 30);
        for (String directory : new String[] {"/tmp", "/dev/shm"}) {
            try (LocalShell shell = LocalShell.start(small)) {
                ExecutionResult result = shell.run("head -c 200000000 /dev/zero > " + directory + "/big");

                assertThat(result.exitCode()).isEqualTo(137);
                assertThat(result.outOfMemoryKills()).isPositive();
            }
        }
    }

    @Test
    void emptyTemporaryFilesWithoutEndAreMemoryToo() throws IOException {
        String fill = "$i = 0; while (open(my $file, \">\", \"/tmp/\" . $i)) { $i++ } print $i";
        try (LocalShell shell = startWith(ResourceLimits.NONE.withMemory(32 << 20))) {
            ExecutionResult result = shell.sandbox()
                    .exec(Command.of("perl", "-e", fill).withTimeout(Duration.ofMinutes(2)))
                    .await();

            assertThat(result.outOfMemoryKills()).isPositive();
        }
    }

    @Test
    void withoutAnAccidentNoneIsTold() throws IOException {
        try (LocalShell shell = startWith(
                ResourceLimits.NONE.withMemory(64 << 20).withProcesses(50).withCpus(1))) {
            ExecutionResult result = shell.run("true");

            assertThat(result.outOfMemoryKills()).isZero();
            assertThat(result.refusedProcesses()).isZero();
        }
    }

    @Test
    void whatASandboxUsesCanBeReadAtAnyTime() throws IOException {
        ResourceLimits all =
                ResourceLimits.NONE.withMemory(64 << 20).withProcesses(50).withCpus(1);
        try (LocalShell shell = startWith(all)) {
            shell.run(
                    "head -c 20000000 /dev/zero > /tmp/x; rm /tmp/x; i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done");
            CgroupUsage usage = shell.sandbox().usage();

            assertThat(usage.cpuMicros().orElseThrow()).isPositive();
            assertThat(usage.peakMemoryBytes().orElseThrow()).isBetween(20_000_000L, 64L << 20);
            assertThat(usage.memoryBytes().orElseThrow()).isLessThan(20_000_000);
            assertThat(usage.processes().orElseThrow()).isBetween(1L, 3L);
        }
        try (LocalShell shell = LocalShell.start()) {
            assertThat(shell.sandbox().usage()).isEqualTo(CgroupUsage.UNKNOWN);
        }
    }

    @Test
    void temporaryDirectoriesHaveASize() throws IOException {
        try (LocalShell shell = LocalShell.start(spec -> spec.withTemporaryBytes(1 << 20))) {
            for (String directory : new String[] {"/tmp", "/dev/shm"}) {
                ExecutionResult result =
                        shell.run("head -c 2000000 /dev/zero > " + directory + "/big; wc -c < " + directory + "/big");
                assertThat(result.stderr().text()).contains("No space left on device");
                assertThat(result.stdout().text()).isEqualTo((1 << 20) + "\n");
            }
        }
    }

    @Test
    void aForkBombEndsWithItsTime() throws IOException {
        try (LocalShell shell = startWith(ResourceLimits.NONE.withProcesses(60).withCpus(0.5));
                LocalShell neighbour = LocalShell.start()) {
            Execution bomb =
                    shell.sandbox().exec(Command.of("/workspace/probe", "bomb").withTimeout(Duration.ofMillis(500)));
            assertThat(neighbour.run("echo unmoved").stdout().text()).isEqualTo("unmoved\n");
            ExecutionResult result = bomb.await();

            assertThat(result.exitCode()).isEqualTo(124);
            assertThat(result.refusedProcesses()).isPositive();
            assertThat(shell.run("ls -d /proc/[0-9]* | wc -l").stdout().text()).matches("[3-5]\n");
        }
    }

    @Test
    void aFullSandboxSaysSoInsteadOfStartingACommand() throws IOException {
        try (LocalShell shell = startWith(ResourceLimits.NONE.withProcesses(20))) {
            Execution bomb = shell.sandbox().exec(Command.of("/workspace/probe", "bomb"));
            ExecutionResult refused;
            do {
                refused = shell.run("true");
            } while (!(refused.outcome() instanceof Outcome.NotStarted));

            assertThat(refused.exitCode()).isEqualTo(125);
            assertThat(((Outcome.NotStarted) refused.outcome()).reason()).contains("its limit on processes is reached");
            bomb.kill();
            bomb.await();
            assertThat(shell.run("echo free again").stdout().text()).isEqualTo("free again\n");
        }
    }

    @Test
    void processorTimeIsLimited() throws IOException {
        try (LocalShell shell = startWith(ResourceLimits.NONE.withCpus(0.1))) {
            ExecutionResult result = shell.run("i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done");

            long used = result.usage().userMicros() + result.usage().systemMicros();
            // A tenth of the time, with room for what was left of a period at either end.
            assertThat(used * 1000L).isLessThan(result.duration().toNanos() / 5);
        }
    }

    @Test
    void onlyProcessesInsideCount() throws IOException {
        try (LocalShell shell = startWith(ResourceLimits.NONE.withProcesses(20).withMemory(64 << 20))) {
            for (Path members : shell.sandbox().cgroup().membershipFiles()) {
                // Process 1; bubblewrap, which waits for it outside, has to outlive it.
                assertThat(Files.readAllLines(members)).hasSize(1);
            }
        }
    }

    @Test
    void openFilesAreLimited() throws IOException {
        try (LocalShell shell = LocalShell.start(spec -> spec.withOpenFiles(100))) {
            assertThat(shell.run("ulimit -n; ulimit -Hn; ulimit -n 200 || echo refused")
                            .stdout()
                            .text())
                    .isEqualTo("100\n100\nrefused\n");
        }
    }

    @Test
    void anOrdinaryUserWhoMayNotLimitIsToldWhy() throws IOException {
        Path workspace = OrdinaryUser.directory();
        Process jvm = OrdinaryUser.java(AskForLimit.class, workspace.toString()).start();

        assertThat(new String(jvm.getInputStream().readAllBytes()))
                .startsWith("CgroupException: cannot ")
                .contains("Permission denied; limits need root, or a delegated control group");
        Trees.delete(workspace);
    }

    /** An ordinary user's JVM that asks for a limit. */
    static final class AskForLimit {
        public static void main(String[] arguments) throws IOException {
            try (HostUser user = HostUser.acquire()) {
                SandboxSpec spec = SandboxSpec.of(Path.of(arguments[0]), user);
                BwrapRuntime.find().start(spec.withLimits(ResourceLimits.NONE.withProcesses(10)));
                System.out.println("it started");
            } catch (CgroupException e) {
                System.out.println("CgroupException: " + e.getMessage());
            }
        }
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> ResourceLimits.NONE.withMemory(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
