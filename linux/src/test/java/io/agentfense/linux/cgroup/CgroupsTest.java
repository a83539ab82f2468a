package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Groups of the kernel that runs the tests, of whichever version it has. */
class CgroupsTest {
    private static final ResourceLimits LIMITS =
            ResourceLimits.NONE.withMemory(64 << 20).withCpus(0.5).withProcesses(20);

    @Test
    void aGroupHasItsLimitsAndIsRemovedByClosing() throws IOException {
        Path directory;
        try (Cgroup group = Cgroups.create(ResourceLimits.NONE.withProcesses(20))) {
            directory = group.membershipFiles().getFirst().getParent();
            assertThat(directory.resolve("pids.max")).hasContent("20");
            assertThat(group.refusedProcesses()).isZero();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void allLimitsCanBeSetTogether() throws IOException {
        try (Cgroup group = Cgroups.create(LIMITS)) {
            assertThat(group.membershipFiles()).isNotEmpty().allMatch(Files::isWritable);
            assertThat(group.outOfMemoryKills()).isZero();
        }
    }

    @Test
    void groupsOfDeadProcessesAreClearedByTheNext() throws IOException {
        Path parent;
        try (Cgroup group = Cgroups.create(ResourceLimits.NONE.withProcesses(20))) {
            parent = group.membershipFiles().getFirst().getParent().getParent();
        }
        Path dead = Files.createDirectory(parent.resolve("agentfense-999999999-1"));
        Path alive = Files.createDirectory(
                parent.resolve("agentfense-" + ProcessHandle.current().pid() + "-999999"));

        Cgroups.create(ResourceLimits.NONE.withProcesses(20)).close();

        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        Files.delete(alive);
    }

    @Test
    void noLimitsNeedNoGroup() throws IOException {
        try (Cgroup group = Cgroups.create(ResourceLimits.NONE)) {
            assertThat(group.membershipFiles()).isEmpty();
        }
    }

    @Test
    void limitsUnderWhichNothingCouldStartAreRefused() {
        assertThatThrownBy(() -> ResourceLimits.NONE.withMemory(1000)).hasMessageContaining("1 MiB");
        assertThatThrownBy(() -> ResourceLimits.NONE.withCpus(0)).hasMessageContaining("0.01");
        assertThatThrownBy(() -> ResourceLimits.NONE.withCpus(Double.NaN)).hasMessageContaining("0.01");
        assertThatThrownBy(() -> ResourceLimits.NONE.withProcesses(1)).hasMessageContaining("at least 4");
    }
}
