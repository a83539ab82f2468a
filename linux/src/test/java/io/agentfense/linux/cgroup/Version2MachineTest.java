package io.agentfense.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tests beside this one run on the control groups of this machine, which may be of version 1. Here they run once more, on
 * a virtual one whose controllers are all in version 2.
 */
class Version2MachineTest {
    private static final List<Class<?>> TESTS = List.of(
            CgroupsTest.class,
            CpusetTest.class,
            FreezerTest.class,
            ProcessGroupsTest.class,
            UnifiedTest.class,
            DelegationInMachine.class);

    @Test
    void limitsProcessorsAndFreezingHoldInVersion2() throws Exception {
        Path directory = Files.createDirectories(Path.of("target", "vm"));
        List<String> command = new ArrayList<>(List.of(
                "src/test/vm/boot",
                directory.toString(),
                System.getProperty("java.class.path"),
                TestsInMachine.class.getName()));
        TESTS.forEach(test -> command.add(test.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process machine = builder.start();
        try {
            machine.getOutputStream().close();
            String told = new String(machine.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            long tests = TESTS.stream()
                    .flatMap(test -> Arrays.stream(test.getDeclaredMethods()))
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .count();
            assertThat(told).contains(TestsInMachine.told(tests, tests));
        } finally {
            Stream.concat(machine.descendants(), Stream.of(machine.toHandle())).forEach(ProcessHandle::destroyForcibly);
        }
    }
}
