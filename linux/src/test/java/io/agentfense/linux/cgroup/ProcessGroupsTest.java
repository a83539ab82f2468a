package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The groups that a process is in already, as a container engine leaves them: here the test stands in for the engine. */
class ProcessGroupsTest {
    private static final ResourceLimits LIMITS =
            ResourceLimits.NONE.withMemory(64 << 20).withCpus(0.5).withProcesses(20);

    @TempDir
    Path mount;

    private Cgroup made;
    private Process process;

    @BeforeEach
    void aProcessInAGroupUnderLimits() throws IOException {
        made = Cgroups.create(LIMITS);
        process = new ProcessBuilder("sleep", "infinity").start();
        for (Path file : made.membershipFiles()) {
            Files.writeString(file, Long.toString(process.pid()));
        }
    }

    @AfterEach
    void endIt() throws InterruptedException {
        process.destroyForcibly().waitFor();
        made.close();
    }

    private int pid() {
        return Math.toIntExact(process.pid());
    }

    private Path file(String name) {
        return made.membershipFiles().stream()
                .map(file -> file.resolveSibling(name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theyCountAndCanBeJoined() throws IOException {
        try (Cgroup found = Cgroups.ofProcess(pid(), LIMITS)) {
            assertThat(found.usage().processes()).hasValue(1);
            assertThat(found.usage().memoryBytes()).isPresent();
            assertThat(found.outOfMemoryKills() + found.refusedProcesses()).isZero();
            assertThat(found.membershipFiles()).containsAll(made.membershipFiles());
        }
    }

    @Test
    void closingRemovesNothing() throws IOException {
        Path pids = file("pids.max");
        Cgroup found = Cgroups.ofProcess(pid(), LIMITS);
        process.destroyForcibly().onExit().join();
        found.close();

        assertThat(pids).hasContent("20");
    }

    @Test
    void theLimitOnProcessorTimeIsLifted() throws IOException {
        Path quota = file(Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "cpu.max" : "cpu.cfs_quota_us");
        String limited = Files.readString(quota);

        Cgroups.ofProcess(pid(), LIMITS).liftCpuLimit();

        assertThat(Files.readString(quota)).isNotEqualTo(limited);
    }

    @Test
    void aLimitThatIsHigherThereThanAskedForIsAnError() {
        assertThatThrownBy(() -> Cgroups.ofProcess(pid(), LIMITS.withMemory(32 << 20)))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("a limit of 33554432 does not hold")
                .hasMessageContaining("67108864");
        assertThatThrownBy(() -> Cgroups.ofProcess(pid(), LIMITS.withCpus(0.25)))
                .hasMessageContaining("a limit of 25000 does not hold");
        assertThatThrownBy(() -> Cgroups.ofProcess(pid(), LIMITS.withProcesses(19)))
                .hasMessageContaining("a limit of 19 does not hold");
    }

    @Test
    void aLimitThatTheEngineLeftOutIsAnError() throws IOException {
        Files.writeString(file("pids.max"), "max");

        assertThatThrownBy(() -> Cgroups.ofProcess(pid(), LIMITS))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("says max");
    }

    @Test
    void theGroupsOfThisProcessAreNobodyElses() {
        int us = Math.toIntExact(ProcessHandle.current().pid());

        assertThatThrownBy(() -> Cgroups.ofProcess(us, LIMITS))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("process " + us + " is in no control group of its own that could limit it")
                .hasMessageContaining("MEMORY");
        assertThatThrownBy(() -> Cgroups.ofProcess(us, ResourceLimits.NONE)).hasMessageContaining("of its own");
    }

    @Test
    void aProcessThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> Cgroups.ofProcess(Integer.MAX_VALUE, LIMITS))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("cannot find the control groups of process 2147483647");
    }

    @Test
    void aGroupOfVersion2IsHeldToItsLimitsToo() throws IOException {
        Path group = Files.createDirectory(mount.resolve("container"));
        Files.writeString(group.resolve("memory.max"), "67108864\n");
        Files.writeString(group.resolve("cpu.max"), "50000 100000\n");
        Files.writeString(group.resolve("pids.max"), "20\n");
        List<Hierarchy> ours = List.of(new Hierarchy(true, Set.of(), mount, mount.resolve("server")));
        List<Hierarchy> theirs = List.of(new Hierarchy(true, Set.of(), mount, group));

        try (Cgroup found = Cgroups.ofProcess(ours, theirs, 7, LIMITS)) {
            assertThat(found.membershipFiles()).containsExactly(group.resolve("cgroup.procs"));
        }
        assertThat(group).exists();
        assertThatThrownBy(() -> Cgroups.ofProcess(ours, theirs, 7, LIMITS.withCpus(0.4)))
                .hasMessageContaining("a limit of 40000 does not hold");
        Files.writeString(group.resolve("cpu.max"), "max 100000\n");
        assertThatThrownBy(() -> Cgroups.ofProcess(ours, theirs, 7, LIMITS)).hasMessageContaining("says max");
        Files.delete(group.resolve("memory.max"));
        assertThatThrownBy(() -> Cgroups.ofProcess(ours, theirs, 7, LIMITS))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("cannot read " + group.resolve("memory.max"));
        assertThatThrownBy(() -> Cgroups.ofProcess(ours, ours, 7, LIMITS))
                .hasMessageContaining("process 7 is in no control group of its own");
    }
}
