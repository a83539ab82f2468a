package io.agentfense.server.store;

/**
 * The most that a sandbox may use, all its processes together; 0 for no limit.
 *
 * @param memoryBytes memory
 * @param cpuQuota microseconds of processor time per 100 ms
 * @param cpuShares weight against other sandboxes, 1024 being usual
 * @param pidsLimit processes and threads at one time
 * @param diskBytes bytes that the delta may hold
 */
public record Resources(long memoryBytes, long cpuQuota, long cpuShares, long pidsLimit, long diskBytes) {
    /** No limits. */
    public static final Resources NONE = new Resources(0, 0, 0, 0, 0);

    /** Refuses negative numbers. */
    public Resources {
        if (memoryBytes < 0 || cpuQuota < 0 || cpuShares < 0 || pidsLimit < 0 || diskBytes < 0) {
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
                diskBytes == 0 ? defaults.diskBytes : diskBytes);
    }
}
