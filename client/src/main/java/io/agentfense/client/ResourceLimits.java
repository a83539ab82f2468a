package io.agentfense.client;

/**
 * What all processes of a sandbox together may use; 0 for the server's default.
 *
 * @param memoryBytes of memory
 * @param cpuQuota microseconds of processor time per 100 ms: 50000 is half a processor
 * @param cpuShares weight against others, 1024 being usual
 * @param pidsLimit processes and threads at one time
 * @param diskBytes the most that what it writes may hold
 */
public record ResourceLimits(long memoryBytes, long cpuQuota, long cpuShares, long pidsLimit, long diskBytes) {
    /** The server's defaults. */
    public static final ResourceLimits DEFAULT = new ResourceLimits(0, 0, 0, 0, 0);

    /** The same with another limit of memory. */
    public ResourceLimits withMemoryBytes(long bytes) {
        return new ResourceLimits(bytes, cpuQuota, cpuShares, pidsLimit, diskBytes);
    }

    /** The same with another quota of processor time, in microseconds per 100 ms. */
    public ResourceLimits withCpuQuota(long micros) {
        return new ResourceLimits(memoryBytes, micros, cpuShares, pidsLimit, diskBytes);
    }

    /** The same with another limit of processes. */
    public ResourceLimits withPidsLimit(long processes) {
        return new ResourceLimits(memoryBytes, cpuQuota, cpuShares, processes, diskBytes);
    }

    /** The same with another limit of what is written. */
    public ResourceLimits withDiskBytes(long bytes) {
        return new ResourceLimits(memoryBytes, cpuQuota, cpuShares, pidsLimit, bytes);
    }
}
