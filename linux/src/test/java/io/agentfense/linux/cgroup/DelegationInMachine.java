package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What becomes of this process itself, so only for a machine in which it is alone in its group ({@link TestsInMachine}). */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DelegationInMachine {
    private static final ResourceLimits LIMITS = ResourceLimits.NONE.withProcesses(20);

    private static Path own() throws IOException {
        return Hierarchy.ofThisProcess().getFirst().own();
    }

    private static Path parentOf(Cgroup group) {
        return group.membershipFiles().getFirst().getParent().getParent();
    }

    @Test
    @Order(1)
    void aGroupThatIsNotDelegatedIsLeftAsItIs() throws IOException {
        Path before = own();
        try (Cgroup group = Cgroups.create(LIMITS)) {
            assertThat(parentOf(group)).isEqualTo(before.getParent());
        }
        assertThat(own()).isEqualTo(before);
    }

    @Test
    @Order(2)
    void aDelegatedGroupIsLeftForAChildAndHasTheSandboxes() throws Exception {
        Path delegated = own();
        Files.setAttribute(delegated, "user:delegate", "1".getBytes(StandardCharsets.US_ASCII));
        Process inside = new ProcessBuilder("sleep", "infinity").start();
        try (Cgroup beside = Cgroups.create(LIMITS)) {
            assertThat(parentOf(beside)).isEqualTo(delegated.getParent());
            assertThat(own()).as("the group has another process").isEqualTo(delegated);
        } finally {
            inside.destroyForcibly().waitFor();
        }

        try (Cgroup group = Cgroups.create(LIMITS)) {
            assertThat(parentOf(group)).isEqualTo(delegated);
            assertThat(own().getParent()).isEqualTo(delegated);
            Process process = new ProcessBuilder("sleep", "infinity").start();
            Files.writeString(group.membershipFiles().getFirst(), Long.toString(process.pid()));
            assertThat(group.runOn(Cgroups.processors().subList(0, 1))).isTrue();
            group.moveOut((int) process.pid());
            assertThat(group.processes()).isEmpty();
            process.destroyForcibly().waitFor();
        }
    }
}
