package io.agentfense.client;

import java.time.Duration;

/**
 * What all processes of a sandbox together may use; 0 for the server's default.
 *
 * @param memoryBytes of memory, with page cache and what is in {@code /tmp} and {@code /dev/shm}
 * @param cpuQuota microseconds of processor time per 100 ms: 50000 is half a processor
 * @param cpuShares weight against others, 1024 being usual
 * @param pidsLimit processes and threads at one time
 * @param diskBytes the most that what it writes may hold
 * @param openFiles descriptors that one process may have open, 16 or more
 * @param outputBytes how much of each output of a command is kept
 * @param maxRuntime seconds from a start until it is stopped
 */
public record ResourceLimits(
        long memoryBytes,
        long cpuQuota,
        long cpuShares,
        long pidsLimit,
        long diskBytes,
        long openFiles,
        long outputBytes,
        long maxRuntime) {
    /** The server's defaults. */
    public static final ResourceLimits DEFAULT = new ResourceLimits(0, 0, 0, 0, 0, 0, 0, 0);

    /** The same with another limit of memory. */
    public ResourceLimits withMemoryBytes(long bytes) {
        return new ResourceLimits(bytes, cpuQuota, cpuShares, pidsLimit, diskBytes, openFiles, outputBytes, maxRuntime);
    }

    /** The same with another quota of processor time, in microseconds per 100 ms. */
    public ResourceLimits withCpuQuota(long micros) {
        return new ResourceLimits(
                memoryBytes, micros, cpuShares, pidsLimit, diskBytes, openFiles, outputBytes, maxRuntime);
    }

    /** The same with another limit of processes. */
    public ResourceLimits withPidsLimit(long processes) {
        return new ResourceLimits(
                memoryBytes, cpuQuota, cpuShares, processes, diskBytes, openFiles, outputBytes, maxRuntime);
    }

    /** The same with another limit of what is written. */
    public ResourceLimits withDiskBytes(long bytes) {
        return new ResourceLimits(
                memoryBytes, cpuQuota, cpuShares, pidsLimit, bytes, openFiles, outputBytes, maxRuntime);
    }

    /** The same with another limit of descriptors per process. */
    public ResourceLimits withOpenFiles(long descriptors) {
        return new ResourceLimits(
                memoryBytes, cpuQuota, cpuShares, pidsLimit, diskBytes, descriptors, outputBytes, maxRuntime);
    }

    /** The same with another limit of output that is kept. */
    public ResourceLimits withOutputBytes(long bytes) {
        return new ResourceLimits(memoryBytes, cpuQuota, cpuShares, pidsLimit, diskBytes, openFiles, bytes, maxRuntime);
    }

    /** The same with another time from a start until it is stopped; a part of a second counts as a whole one. */
    public ResourceLimits withMaxRuntime(Duration time) {
        long seconds = time.plusSeconds(1).minusNanos(1).toSeconds();
        return new ResourceLimits(
                memoryBytes, cpuQuota, cpuShares, pidsLimit, diskBytes, openFiles, outputBytes, seconds);
    }
}
