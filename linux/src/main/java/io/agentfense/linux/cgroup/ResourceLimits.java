package io.agentfense.linux.cgroup;

import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The most that a group of processes may use, all of them together.
 *
 * @param memoryBytes memory, page cache and tmpfs files included, no swap; at least 1 MiB
 * @param cpus processors' worth of time, such as 0.5 or 2; at least 0.01
 * @param processes processes and threads at one time; at least 4
 * @param cpuShares weight against other groups when processors are short: 2 to 262144, where 1024 is usual
 */
public record ResourceLimits(
        OptionalLong memoryBytes, OptionalDouble cpus, OptionalInt processes, OptionalInt cpuShares) {
    /** No limits. */
    public static final ResourceLimits NONE =
            new ResourceLimits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.empty(), OptionalInt.empty());

    private static final long LEAST_MEMORY = 1 << 20;
    private static final double LEAST_CPUS = 0.01;
    private static final int LEAST_PROCESSES = 4;
    private static final int LEAST_SHARES = 2;
    private static final int MOST_SHARES = 262_144;

    /** Refuses limits under which nothing could start. */
    public ResourceLimits {
        if (memoryBytes.orElse(LEAST_MEMORY) < LEAST_MEMORY) {
            throw new IllegalArgumentException("the memory limit must be at least 1 MiB (1048576 bytes)");
        }
        if (!(cpus.orElse(LEAST_CPUS) >= LEAST_CPUS)) {
            throw new IllegalArgumentException("the limit on processors must be at least 0.01");
        }
        if (processes.orElse(LEAST_PROCESSES) < LEAST_PROCESSES) {
            throw new IllegalArgumentException("the limit on processes must be at least 4");
        }
        int shares = cpuShares.orElse(LEAST_SHARES);
        if (shares < LEAST_SHARES || shares > MOST_SHARES) {
            throw new IllegalArgumentException("the weight of processor time must be 2 to 262144; 1024 is usual");
        }
    }

    /** The same with a limit on memory in bytes. */
    public ResourceLimits withMemory(long bytes) {
        return new ResourceLimits(OptionalLong.of(bytes), cpus, processes, cpuShares);
    }

    /** The same with a limit on processor time. */
    public ResourceLimits withCpus(double processors) {
        return new ResourceLimits(memoryBytes, OptionalDouble.of(processors), processes, cpuShares);
    }

    /** The same with a limit on the number of processes. */
    public ResourceLimits withProcesses(int count) {
        return new ResourceLimits(memoryBytes, cpus, OptionalInt.of(count), cpuShares);
    }

    /** The same with a weight against other groups. */
    public ResourceLimits withCpuShares(int shares) {
        return new ResourceLimits(memoryBytes, cpus, processes, OptionalInt.of(shares));
    }

    /** The controllers that these limits need; none if there is no limit. */
    public Set<Controller> controllers() {
        Set<Controller> needed = EnumSet.noneOf(Controller.class);
        if (memoryBytes.isPresent()) {
            needed.add(Controller.MEMORY);
        }
        if (cpus.isPresent() || cpuShares.isPresent()) {
            needed.add(Controller.CPU);
        }
        if (processes.isPresent()) {
            needed.add(Controller.PIDS);
        }
        return needed;
    }
}
