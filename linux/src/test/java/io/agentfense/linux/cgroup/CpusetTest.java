package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes held to some of the processors of this machine, by whichever version it has. */
class CpusetTest {
    private final List<Integer> all = Cgroups.processors();
    private final List<Integer> last = List.of(all.getLast());

    private static Process shellIn(Cgroup group) throws IOException {
        Process shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
        for (Path file : group.membershipFiles()) {
            Files.writeString(file, Long.toString(shell.pid()));
        }
        return shell;
    }

    private static String ask(Process shell, String command) throws IOException {
        shell.outputWriter().write(command + "\n");
        shell.outputWriter().flush();
        BufferedReader answers = shell.inputReader();
        return answers.readLine();
    }

    /** Ends it once its last child has, for a group with either in it can't be removed. */
    private static void end(Process shell) throws IOException, InterruptedException {
        shell.outputWriter().close();
        shell.waitFor();
    }

    /** Where a child of the shell may run. */
    private static List<Integer> allowed(Process shell) throws IOException {
        return CpuList.parse(
                ask(shell, "grep Cpus_allowed_list /proc/self/status").split("\t", -1)[1]);
    }

    @Test
    void processesAndWhatTheyStartRunWhereTheyAreToldAndEverywhereAgain() throws Exception {
        Path directory = null;
        Process shell;
        try (Cgroup group = Cgroups.create(ResourceLimits.NONE.withCpus(0.5).withProcesses(20))) {
            shell = shellIn(group);
            assertThat(group.runOn(last)).isTrue();
            assertThat(allowed(shell)).isEqualTo(last);
            directory = Hierarchy.ofProcess((int) shell.pid()).stream()
                    .filter(place -> place.version2() || place.controllers().contains("cpuset"))
                    .map(Hierarchy::own)
                    .filter(place -> Files.exists(place.resolve("cpuset.cpus")))
                    .findFirst()
                    .orElseThrow();
            // Its child that answered may be there still.
            assertThat(ControlFile.processes(directory.resolve("cgroup.procs"))).contains((int) shell.pid());

            assertThat(group.runOn(all)).isTrue();
            assertThat(allowed(shell)).isEqualTo(all);
            end(shell);
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void noProcessTakesAProcessorBack() throws Exception {
        try (Cgroup group = Cgroups.create(ResourceLimits.NONE.withCpus(0.5))) {
            Process shell = shellIn(group);
            group.runOn(last);
            String everywhere = "taskset -c " + CpuList.format(all);
            assertThat(ask(shell, everywhere + " grep Cpus_allowed_list /proc/self/status"))
                    .endsWith("\t" + last.getFirst());
            end(shell);
        }
    }

    @Test
    void whoWasMissedIsFoundByTheNextCall() throws Exception {
        try (Cgroup group = Cgroups.create(ResourceLimits.NONE.withProcesses(20))) {
            Process first = shellIn(group);
            group.runOn(last);
            Process second = shellIn(group);
            assertThat(group.runOn(last)).isTrue();
            assertThat(allowed(second)).isEqualTo(last);
            end(first);
            end(second);
        }
    }

    @Test
    void whatAnotherMadeIsUsedAndLeft(@TempDir Path place) throws IOException {
        Files.writeString(place.resolve("cpuset.cpus"), "");
        Files.writeString(place.resolve("cgroup.procs"), "");
        Cgroup version1 = CgroupV1.existing(Map.of(Controller.CPUSET, place), Map.of(), ResourceLimits.NONE);
        assertThat(version1.runOn(List.of(0, 2))).isTrue();
        version1.close();
        assertThat(place.resolve("cpuset.cpus")).hasContent("0,2");

        Cgroup version2 = CgroupV2.existing(place, place, ResourceLimits.NONE);
        assertThat(version2.runOn(List.of(1))).isTrue();
        assertThat(place.resolve("cpuset.cpus")).content().startsWith("1");
    }

    @Test
    void withoutTheControllerNothingIsHeldAndItIsSaid(@TempDir Path place) throws IOException {
        assertThat(CgroupV2.existing(place, place, ResourceLimits.NONE).runOn(last))
                .isFalse();
        assertThat(NoCgroup.INSTANCE.runOn(last)).isFalse();
        assertThat(CgroupV1.existing(Map.of(), Map.of(), ResourceLimits.NONE).runOn(last))
                .isFalse();
    }

    @Test
    void listsAreReadAsTheKernelWritesThem() {
        assertThat(CpuList.parse("0-2,5\n")).containsExactly(0, 1, 2, 5);
        assertThat(CpuList.parse("7")).containsExactly(7);
        assertThat(CpuList.parse("\n")).isEmpty();
        assertThat(CpuList.parse(CpuList.format(List.of(1, 3, 4)))).containsExactly(1, 3, 4);
    }

    @Test
    void theProcessorsOfThisProcessAreThoseThatTheMachineHas() {
        assertThat(Set.copyOf(all)).hasSize(Runtime.getRuntime().availableProcessors());
    }
}
