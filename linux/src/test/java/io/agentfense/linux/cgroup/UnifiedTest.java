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

/**
 * Version 2 as the kernel has it, mounted by the test: where version 1 holds the controllers no limit can be set in it,
 * but groups, members and times are real.
 */
class UnifiedTest {
    private Path mount;
    private Hierarchy hierarchy;

    @BeforeEach
    void mount() throws Exception {
        mount = Files.createTempDirectory("agentfense-cgroup2-");
        run("mount", "-t", "cgroup2", "none", mount.toString());
        hierarchy = Hierarchy.ofThisProcess().stream()
                .filter(found -> found.version2() && found.mount().equals(mount))
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", mount.toString());
        Files.delete(mount);
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void aGroupCountsItsProcessesAndTheirTimeAndIsRemoved() throws Exception {
        Path directory = hierarchy
                .own()
                .resolve("agentfense-test-" + ProcessHandle.current().pid());
        Process process;
        try (Cgroup group = CgroupV2.create(directory, hierarchy.own(), ResourceLimits.NONE)) {
            assertThat(group.processes()).isEmpty();
            process = new ProcessBuilder(
                            "sh", "-c", "read go; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; read end")
                    .start();
            join(group, process);
            assertThat(group.processes()).containsExactly((int) process.pid());

            process.getOutputStream().write('\n');
            process.getOutputStream().close();
            process.waitFor();
            assertThat(group.cpuMicros().orElseThrow()).isPositive();
            assertThat(group.usage().cpuMicros()).isEqualTo(group.cpuMicros());
            assertThat(group.processes()).isEmpty();
            assertThat(group.throttling()).isEqualTo(CpuThrottling.NONE);
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void aProcessIsTakenOutAgainAndFoundWhereItIs() throws Exception {
        Path directory = hierarchy
                .own()
                .resolve("agentfense-test-" + ProcessHandle.current().pid());
        Process process = new ProcessBuilder("sleep", "infinity").start();
        try (Cgroup group = CgroupV2.create(directory, hierarchy.own(), ResourceLimits.NONE)) {
            join(group, process);
            assertThat(Hierarchy.ofProcess((int) process.pid()).stream()
                            .filter(found -> found.mount().equals(mount)))
                    .extracting(Hierarchy::own)
                    .containsExactly(directory);
            List<Hierarchy> ours = List.of(hierarchy);
            List<Hierarchy> theirs = List.of(new Hierarchy(true, Set.of(), mount, directory));
            try (Cgroup found = Cgroups.ofProcess(ours, theirs, (int) process.pid(), ResourceLimits.NONE)) {
                assertThat(found.processes()).containsExactly((int) process.pid());
            }
            assertThat(directory).exists();

            group.moveOut((int) process.pid());
            assertThat(group.processes()).isEmpty();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void aGroupStopsItsProcessesByItself() throws Exception {
        Path directory = hierarchy
                .own()
                .resolve("agentfense-test-" + ProcessHandle.current().pid());
        Process process = new ProcessBuilder("sh", "-c", "while :; do echo; done").start();
        try (Cgroup group = CgroupV2.create(directory, hierarchy.own(), ResourceLimits.NONE)) {
            join(group, process);
            Freezer freezer = Cgroups.freezer(group);
            freezer.freeze(group::processes);
            assertThat(ControlFile.counter(directory, "cgroup.events", "frozen"))
                    .isEqualTo(1);
            long before = group.cpuMicros().orElseThrow();
            assertThat(group.cpuMicros()).hasValue(before);

            freezer.thaw();
            process.getInputStream().skipNBytes(1 << 18);
            assertThat(group.cpuMicros().orElseThrow()).isGreaterThan(before);

            freezer.freeze(group::processes);
            freezer.kill();
            process.waitFor();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aLimitWhoseControllerIsElsewhereIsAnErrorAndLeavesNoGroup() throws IOException {
        boolean has = Files.readString(mount.resolve("cgroup.controllers")).contains("pids");
        Path directory = hierarchy
                .own()
                .resolve("agentfense-test-" + ProcessHandle.current().pid());
        if (has) {
            assertThat(DelegatedGroup.find(hierarchy, Set.of(Controller.PIDS))).isDirectory();
            return;
        }
        assertThatThrownBy(() -> DelegatedGroup.find(hierarchy, Set.of(Controller.PIDS)))
                .hasMessageContaining("the controller pids is not available in the control group");
        assertThatThrownBy(() -> CgroupV2.create(directory, hierarchy.own(), ResourceLimits.NONE.withProcesses(10)))
                .isInstanceOf(CgroupException.class);
        assertThat(directory).doesNotExist();
    }

    private static void join(Cgroup group, Process process) throws IOException {
        Files.writeString(group.membershipFiles().getFirst(), Long.toString(process.pid()));
    }
}
