package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.Descriptor;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limit on the delta holds for all that is in it, also for what an earlier mount put there. */
class QuotaTest {
    private static final long LIMIT = 1 << 20;

    @TempDir
    private Path scratch;

    private Path mount;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(scratch.resolve("base"));
        Files.createDirectories(scratch.resolve("upper"));
        mount = Files.createDirectories(scratch.resolve("mount"));
    }

    private Workspace mounted() throws Exception {
        int upper = Descriptor.openDirectory(scratch.resolve("upper").toString());
        try {
            return Workspace.mount(
                    WorkspaceOptions.direct(
                                    scratch.resolve("base").toString(),
                                    Policy.compile(List.of(Rule.of("**/*", Level.WRITE))),
                                    new Owner(0, 0))
                            .over(List.of(upper), Origins.NONE)
                            .withDeltaLimit(LIMIT),
                    mount.toString());
        } finally {
            Descriptor.close(upper);
        }
    }

    @Test
    void whatAnEarlierMountWroteCounts() throws Exception {
        try (Workspace first = mounted()) {
            Files.write(mount.resolve("big"), new byte[700_000]);
            assertThat(first.deltaBytes()).isGreaterThanOrEqualTo(700_000);
        }
        try (Workspace second = mounted()) {
            assertThat(second.deltaBytes()).isGreaterThanOrEqualTo(700_000);
            assertThatThrownBy(() -> Files.write(mount.resolve("more"), new byte[500_000]))
                    .hasMessageContaining("quota");
            assertThat(Files.size(mount.resolve("big"))).isEqualTo(700_000);
        }
    }

    @Test
    void whatIsRemovedIsGivenBack() throws Exception {
        try (Workspace workspace = mounted()) {
            for (int i = 0; i < 5; i++) {
                Files.write(mount.resolve("big"), new byte[900_000]);
                Files.delete(mount.resolve("big"));
            }
            assertThat(workspace.deltaBytes()).isZero();
        }
    }
}
