package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Processes of this kernel, stopped by whichever version it has. */
class FreezerTest {
    private static final String COUNT = "while :; do echo; done";

    private static Freezer freezer() throws IOException {
        return Cgroups.freezer(NoCgroup.INSTANCE);
    }

    private static List<Integer> tree(Process root) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(root.toHandle()), root.descendants())
                .map(process -> (int) process.pid())
                .toList();
    }

    @Test
    void whoIsFrozenComesNoFurtherUntilItThaws() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", COUNT).start();
        try (Freezer freezer = freezer()) {
            freezer.freeze(() -> tree(process));
            // What the pipe held when it stopped; a running process would fill it again.
            process.getInputStream().skip(process.getInputStream().available());
            assertThat(process.getInputStream().available()).isZero();
            String before = cpuTime(process);
            Thread.sleep(50);
            assertThat(process.getInputStream().available()).isZero();
            assertThat(cpuTime(process)).isEqualTo(before);

            freezer.thaw();
            assertThat(process.getInputStream().read()).isEqualTo('\n');
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String cpuTime(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return fields[11] + " " + fields[12];
    }

    @Test
    void whoEndedAndWasNotAskedAboutHoldsNobodyUp() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "true & exec sleep infinity").start();
        try (Freezer freezer = freezer()) {
            while (process.descendants().findAny().isEmpty()) {
                Thread.onSpinWait();
            }
            freezer.freeze(() -> tree(process));
            freezer.kill();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatADeadProcessOfOursLeftFrozenIsEnded() throws Exception {
        Process process = new ProcessBuilder("sleep", "infinity").start();
        try (Freezer freezer = freezer()) {
            freezer.freeze(() -> tree(process));
            Path group = groupOf(process);
            Path orphan = Files.createDirectory(group.resolveSibling("agentfense-999999998-1"));
            Freezer orphaned = Freezer.existing(Files.exists(orphan.resolve("cgroup.freeze")), orphan);
            freezer.thaw();
            Files.writeString(orphan.resolve("cgroup.procs"), Long.toString(process.pid()));
            orphaned.freeze(List::of);

            Cgroups.endFrozenLeftovers();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            Cgroups.endFrozenLeftovers();
            assertThat(orphan).doesNotExist();
            assertThat(group).exists();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Path groupOf(Process process) throws IOException {
        return Hierarchy.ofProcess((int) process.pid()).stream()
                .map(Hierarchy::own)
                .filter(own -> own.getFileName().toString().startsWith("agentfense-"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoCantBeTakenInLeavesTheOthersRunning() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", COUNT).start();
        try (Freezer freezer = freezer()) {
            // A thread of the kernel's, which belongs to the root group.
            assertThatThrownBy(() -> freezer.freeze(() -> List.of((int) process.pid(), 2)))
                    .isInstanceOf(CgroupException.class);
            process.getInputStream().skipNBytes(1 << 18);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
