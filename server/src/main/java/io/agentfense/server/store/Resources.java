package io.agentfense.server.store;

import java.util.stream.LongStream;

/**
 * The most that a sandbox may use, all its processes together; 0 for no limit.
 *
 * @param memoryBytes memory, with page cache and what is in {@code /tmp} and {@code /dev/shm}
 * @param cpuQuota microseconds of processor time per 100 ms
 * @param cpuShares weight against other sandboxes, 1024 being usual
 * @param pidsLimit processes and threads at one time
 * @param diskBytes bytes that the delta may hold
 * @param nofile descriptors that one process may have open; 0 for the runtime's own limit
 * @param outputBytes bytes of each output of a command that are kept; 0 for {@code runtime.output_bytes}
 * @param maxRuntime seconds from a start until it is stopped
 */
public record Resources(
        long memoryBytes,
        long cpuQuota,
        long cpuShares,
        long pidsLimit,
        long diskBytes,
        long nofile,
        long outputBytes,
        long maxRuntime) {
    /** No limits. */
    public static final Resources NONE = new Resources(0, 0, 0, 0, 0, 0, 0, 0);

    /** Refuses negative numbers. */
    public Resources {
        if (LongStream.of(memoryBytes, cpuQuota, cpuShares, pidsLimit, diskBytes, nofile, outputBytes, maxRuntime)
                .anyMatch(limit -> limit < 0)) {
            throw new IllegalArgumentException("a resource limit must not be negative; 0 is no limit");
        }
    }

    /** These, with each that is 0 taken from {@code defaults}. */
    public Resources orElse(Resources defaults) {
        return new Resources(
                memoryBytes == 0 ? defaults.memoryBytes : memoryBytes,
                cpuQuota == 0 ? defaults.cpuQuota : cpuQuota,
                cpuShares == 0 ? defaults.cpuShares : cpuShares,
                pidsLimit == 0 ? defaults.pidsLimit : pidsLimit,
                diskBytes == 0 ? defaults.diskBytes : diskBytes,
                nofile == 0 ? defaults.nofile : nofile,
                outputBytes == 0 ? defaults.outputBytes : outputBytes,
                maxRuntime == 0 ? defaults.maxRuntime : maxRuntime);
    }
}
