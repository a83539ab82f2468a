package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that version 2 reads and writes, on a directory that stands in for the kernel's. */
class CgroupV2Test {
    @TempDir
    Path mount;

    private Path parent;

    private Hierarchy hierarchyWith(String available, String enabled) throws IOException {
        parent = Files.createDirectory(mount.resolve("parent"));
        Path own = Files.createDirectory(parent.resolve("own"));
        Files.writeString(parent.resolve("cgroup.controllers"), available);
        Files.writeString(parent.resolve("cgroup.subtree_control"), enabled);
        Files.writeString(parent.resolve("cgroup.type"), "domain");
        Files.writeString(parent.resolve("cgroup.procs"), "");
        // Ours could have children with controllers, and nobody could join them.
        Files.writeString(own.resolve("cgroup.controllers"), available);
        Files.writeString(own.resolve("cgroup.subtree_control"), enabled);
        Files.writeString(own.resolve("cgroup.type"), "domain threaded");
        Files.writeString(own.resolve("cgroup.procs"), "1\n");
        return new Hierarchy(true, Set.of(), mount, own);
    }

    @Test
    void aGroupIsMadeWhereTheControllersAreEnabledInChildren() throws IOException {
        Hierarchy hierarchy = hierarchyWith("memory pids", "memory pids");

        assertThat(DelegatedGroup.find(hierarchy, Set.of(Controller.MEMORY))).isEqualTo(parent);
        assertThat(parent.resolve("cgroup.subtree_control")).hasContent("memory pids");
    }

    @Test
    void aControllerThatIsAvailableIsEnabled() throws IOException {
        Hierarchy hierarchy = hierarchyWith("memory pids", "pids");

        assertThat(DelegatedGroup.find(hierarchy, Set.of(Controller.MEMORY))).isEqualTo(parent);
        assertThat(parent.resolve("cgroup.subtree_control")).hasContent("+memory");
    }

    @Test
    void aControllerThatIsNotAvailableIsAnErrorThatNamesIt() throws IOException {
        Hierarchy hierarchy = hierarchyWith("pids", "pids");

        assertThatThrownBy(() -> DelegatedGroup.find(hierarchy, Set.of(Controller.MEMORY)))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("the controller memory is not available in the control group");
    }

    @Test
    void aLimitThatCannotBeWrittenLeavesNoGroupBehind() throws IOException {
        Path group = mount.resolve("agentfense-1-1");

        // In a plain directory there is no file memory.max to write to.
        assertThatThrownBy(() -> CgroupV2.create(group, mount, ResourceLimits.NONE.withMemory(1 << 20)))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("cannot write 1048576 to " + group.resolve("memory.max"));
        assertThat(group).doesNotExist();
    }

    @Test
    void sharesOfVersion1KeepTheirPlaceOnTheScaleOfVersion2() {
        assertThat(CgroupV2.weight(2)).isEqualTo(1);
        assertThat(CgroupV2.weight(1024)).isEqualTo(39);
        assertThat(CgroupV2.weight(262_144)).isEqualTo(10_000);
    }
}
