package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HierarchyTest {
    @Test
    void version2AloneIsFoundWithThisProcessesGroup() {
        assertThat(Hierarchy.parse(
                        List.of(
                                "24 1 0:22 / /proc rw,nosuid shared:2 - proc proc rw",
                                "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"),
                        List.of("0::/user.slice/user-0.slice/session-1.scope")))
                .containsExactly(new Hierarchy(
                        true,
                        Set.of(),
                        Path.of("/sys/fs/cgroup"),
                        Path.of("/sys/fs/cgroup/user.slice/user-0.slice/session-1.scope")));
    }

    @Test
    void version1IsFoundByItsControllers() {
        assertThat(Hierarchy.parse(
                        List.of("31 24 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct"),
                        List.of("4:memory:/m", "3:cpu,cpuacct:/c", "0::/")))
                .containsExactly(new Hierarchy(
                        false,
                        Set.of("rw", "cpu", "cpuacct"),
                        Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        Path.of("/sys/fs/cgroup/cpu,cpuacct/c")));
    }

    @Test
    void inAContainerTheMountShowsPartOfTheTree() {
        assertThat(Hierarchy.parse(
                        List.of("31 24 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"),
                        List.of("4:memory:/docker/abc/deep")))
                .extracting(Hierarchy::own)
                .containsExactly(Path.of("/sys/fs/cgroup/memory/deep"));
    }

    @Test
    void theMountStandsForAGroupThatItDoesNotShow() {
        String mount = "31 24 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory";
        for (String group : List.of("/docker/abcd/x", "/docker", "/", "/../other", "/../docker/abc")) {
            assertThat(Hierarchy.parse(List.of(mount), List.of("4:memory:" + group)))
                    .as(group)
                    .extracting(Hierarchy::own)
                    .containsExactly(Path.of("/sys/fs/cgroup/memory"));
        }
        assertThat(Hierarchy.parse(
                        List.of("31 24 0:27 / /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"),
                        List.of("4:memory:/../other")))
                .extracting(Hierarchy::own)
                .containsExactly(Path.of("/sys/fs/cgroup/memory"));
    }

    @Test
    void aNamedTreeWithoutControllersIsOfNoUse() {
        assertThat(Hierarchy.parse(
                        List.of("31 24 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd"),
                        List.of("1:name=systemd:/", "4:memory:/")))
                .allSatisfy(hierarchy -> assertThat(hierarchy.controllers()).doesNotContain("memory", "cpu", "pids"));
    }
}
