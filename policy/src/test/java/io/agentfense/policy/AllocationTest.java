package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aStepThatWasLearntAllocatesNothing() {
        PathState directory = Policies.at(Policies.preset("agent-safe"), "/src");
        byte[][] names = {"main.py".getBytes(UTF_8), ".env".getBytes(UTF_8), "café".getBytes(UTF_8), {(byte) 0xff}};
        steps(directory, names);
        allocated();

        long before = allocated();
        long sum = steps(directory, names);
        long after = allocated();

        assertThat(after - before)
                .as("bytes for 4,000 steps, ending in rules %d", sum)
                .isZero();
    }

    private static long steps(PathState directory, byte[][] names) {
        long sum = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] name = names[i & 3];
            sum += directory.child(name, 0, name.length).rule();
        }
        return sum;
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
